// Charts: draws every [data-chart] with the numbers and words that it carries, in the colours of badges; follows the
// switch of light and dark, and the width of its place. Nothing moves where the reader asked for that.
(function () {
  "use strict";
  const ROTATION = ["blue", "teal", "orange", "purple", "green", "pink", "cyan", "yellow", "indigo", "lime", "red", "azure"];
  const drawn = new Map();
  const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const wantsContrast = window.matchMedia("(prefers-contrast: more)");
  const number = new Intl.NumberFormat(document.documentElement.lang || "en", { maximumFractionDigits: 1 });
  const tones = new Map();

  function tone(name, place) {
    const wanted = name || ROTATION[place % ROTATION.length];
    if (!tones.has(wanted)) {
      const probe = document.createElement("i");
      probe.className = "lane-" + wanted;
      document.body.append(probe);
      tones.set(wanted, getComputedStyle(probe).getPropertyValue("--tone").trim());
      probe.remove();
    }
    return tones.get(wanted);
  }

  function look() {
    const style = getComputedStyle(document.body);
    const of = (name) => style.getPropertyValue(name).trim();
    return { ink: of("--desk-ink"), muted: of("--desk-muted"), line: of("--desk-line"), surface: of("--desk-surface"),
      raised: of("--desk-raised"), font: style.fontFamily };
  }

  // What stands beside the pointer, as elements: text is never read as markup.
  function told(heading, lines) {
    const box = document.createElement("div");
    box.className = "chart-told";
    if (heading) box.append(Object.assign(document.createElement("b"), { textContent: heading }));
    lines.forEach((line) => {
      const row = document.createElement("div");
      const dot = document.createElement("i");
      dot.style.background = line.colour;
      row.append(dot, Object.assign(document.createElement("span"), { textContent: line.name }),
        Object.assign(document.createElement("b"), { textContent: number.format(line.value) }));
      box.append(row);
    });
    return box;
  }

  function common(given, css) {
    return {
      animation: !isCalm.matches, animationDuration: 300,
      aria: { enabled: true, label: { enabled: false }, decal: { show: wantsContrast.matches } },
      textStyle: { fontFamily: css.font, color: css.ink },
      tooltip: { confine: true, backgroundColor: css.raised, borderColor: css.line, padding: [8, 10],
        textStyle: { color: css.ink, fontSize: 13 } },
      legend: { show: given.kind === "pie" || given.series.length > 1, type: "scroll", top: 0, left: 0, itemWidth: 10,
        itemHeight: 10, itemGap: 14, icon: "circle", textStyle: { color: css.muted, fontSize: 12 },
        pageTextStyle: { color: css.muted }, pageIconColor: css.muted, pageIconInactiveColor: css.line },
    };
  }

  function pie(given, css) {
    const first = given.series[0];
    const data = given.labels.map((label, place) => ({
      name: label, value: first.values[place] || 0, itemStyle: { color: tone(given.colours[place], place) },
      url: first.urls[place],
    })).filter((one) => one.value > 0);
    const options = common(given, css);
    options.tooltip.formatter = (one) => told("", [{ name: `${one.name} (${number.format(one.percent)}%)`, value: one.value, colour: one.color }]);
    options.series = [{ type: "pie", radius: ["46%", "74%"], center: ["50%", "56%"], data, minShowLabelAngle: 8,
      itemStyle: { borderColor: css.surface, borderWidth: 2, borderRadius: 4 },
      label: { color: css.muted, fontSize: 12, formatter: (one) => `${one.name} ${number.format(one.value)}`, overflow: "truncate", width: 120 },
      labelLine: { lineStyle: { color: css.line } } }];
    return options;
  }

  // Long names are read along horizontal bars; times always run from left to right.
  function isFlat(given, width) {
    if (given.isTime || given.kind === "line") return false;
    const widest = Math.max(0, ...given.labels.map((label) => [...label].reduce((sum, letter) => sum + (letter > "\u2e80" ? 13 : 7), 0)));
    return widest + 12 > (width - 60) / Math.max(1, given.labels.length);
  }

  function axes(given, css, flat) {
    const names = { type: "category", data: given.labels, inverse: flat, axisTick: { show: false },
      axisLine: { lineStyle: { color: css.line } },
      axisLabel: { color: css.muted, fontSize: 12, hideOverlap: true, overflow: "truncate", width: flat ? 130 : undefined } };
    const values = { type: "value", minInterval: given.series.every((one) => one.values.every(Number.isInteger)) ? 1 : 0,
      axisLabel: { color: css.muted, fontSize: 12, formatter: (value) => number.format(value) },
      splitLine: { lineStyle: { color: css.line } }, splitNumber: 4 };
    return flat ? { xAxis: values, yAxis: names } : { xAxis: names, yAxis: values };
  }

  function bars(given, css, flat) {
    const isLine = given.kind === "line";
    const isStacked = given.kind === "stacked";
    const options = Object.assign(common(given, css), axes(given, css, flat));
    options.grid = { left: 2, right: 14, top: options.legend.show ? 36 : 12, bottom: 6 };
    options.tooltip.trigger = "axis";
    options.tooltip.axisPointer = { type: isLine ? "line" : "shadow", lineStyle: { color: css.line }, shadowStyle: { color: css.line, opacity: .35 } };
    options.tooltip.formatter = (points) => told(points[0].axisValueLabel, points.filter((one) => one.value !== null && (points.length < 8 || one.value))
      .map((one) => ({ name: one.seriesName, value: one.value, colour: one.color })));
    options.series = given.series.map((one, place) => {
      const colour = tone(one.colour, place);
      const own = given.series.length === 1 && given.colours.some(Boolean);
      const data = one.values.map((value, spot) => (own ? { value, itemStyle: { color: tone(given.colours[spot] || "secondary", spot) } } : value));
      return isLine
        ? { type: "line", name: one.name, data, color: colour, lineStyle: { width: 2.5 }, symbol: "circle", symbolSize: 7, showSymbol: given.labels.length < 40 }
        : { type: "bar", name: one.name, data, color: colour, stack: isStacked ? "all" : undefined, barMaxWidth: 34,
          itemStyle: { borderRadius: isStacked ? 0 : flat ? [0, 4, 4, 0] : [4, 4, 0, 0] } };
    });
    return options;
  }

  function draw(place) {
    const given = JSON.parse(place.dataset.chart);
    const flat = given.kind !== "pie" && isFlat(given, place.clientWidth);
    const rows = given.labels.length * (given.kind === "bar" ? given.series.length : 1);
    place.style.height = flat ? `${Math.max(220, Math.min(2400, 70 + Math.max(given.labels.length * 30, rows * 14)))}px` : "";
    const chart = drawn.get(place) || window.echarts.init(place, null, { renderer: "svg" });
    if (!drawn.has(place)) {
      drawn.set(place, chart);
      watchWidth.observe(place);
      chart.on("click", (hit) => {
        const url = given.kind === "pie" ? hit.data.url : (given.series[hit.seriesIndex].urls || [])[hit.dataIndex];
        if (url) window.location.assign(given.base + url);
      });
    }
    chart.resize();
    chart.setOption(given.kind === "pie" ? pie(given, look()) : bars(given, look(), flat), true);
  }

  function again() {
    drawn.forEach((chart, place) => {
      if (place.isConnected) { draw(place); return; }
      watchWidth.unobserve(place);
      chart.dispose();
      drawn.delete(place);
    });
  }

  let waiting = 0;
  const widths = new WeakMap();
  const watchWidth = new ResizeObserver((entries) => {
    const changed = entries.filter((one) => widths.get(one.target) !== one.contentRect.width);
    const isFirst = changed.every((one) => !widths.has(one.target));
    changed.forEach((one) => widths.set(one.target, one.contentRect.width));
    if (!changed.length || isFirst) return;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(again, 80);
  });
  new MutationObserver(() => { tones.clear(); again(); })
    .observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
  isCalm.addEventListener("change", again);
  document.addEventListener("desk:ready", (event) => { if (event.target.matches("[data-chart]")) draw(event.target); });
})();
