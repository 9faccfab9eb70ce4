// The views and languages of FullCalendar that the desk uses.
import "temporal-polyfill/global";
import { Calendar } from "fullcalendar";
import classicTheme from "fullcalendar/themes/classic";
import dayGrid from "fullcalendar/daygrid";
import interaction from "fullcalendar/interaction";
import list from "fullcalendar/list";
import timeGrid from "fullcalendar/timegrid";
import enGb from "fullcalendar/locales/en-gb";
import zhCn from "fullcalendar/locales/zh-cn";

window.FullCalendar = { Calendar, plugins: [classicTheme, dayGrid, timeGrid, list, interaction], locales: [enGb, zhCn] };
