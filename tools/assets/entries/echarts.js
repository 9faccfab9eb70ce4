// The parts of ECharts that the desk draws with; everything else is left out of the bundle.
import * as core from "echarts/core";
import { BarChart, HeatmapChart, LineChart, PieChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent, DatasetComponent, DataZoomComponent, GridComponent, LegendComponent, TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import { SVGRenderer } from "echarts/renderers";

core.use([
  BarChart, HeatmapChart, LineChart, PieChart, ScatterChart, AriaComponent, DatasetComponent, DataZoomComponent,
  GridComponent, LegendComponent, TooltipComponent, VisualMapComponent, SVGRenderer,
]);

window.echarts = { init: core.init, getInstanceByDom: core.getInstanceByDom, version: core.version };
