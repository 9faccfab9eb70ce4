"""Charts: what any page or tile draws, from numbers that the server has counted.

    chart = Chart("bar", _("Opened"), labels=["Mon", "Tue"], series=[Series(_("Opened"), [3, 5], "blue")])

and in the template `{{ chart_box(chart) }}`. The page fetches the drawing script by itself. Words come in the reader's
language, colours by the names that badges have, so that a meaning has one colour everywhere.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from app.sdk.i18n import _, language, listed
from app.web.cells import colour
from app.web.static_files import static_url

SCRIPTS = ("vendor/echarts-6.1.0/echarts.min.js", "js/charts.js")
KINDS = ("bar", "stacked", "line", "pie")
SPOKEN = 12


@dataclass(frozen=True, slots=True)
class Series:
    """One row of numbers, one a label; None is a gap. `urls` are where each number leads, after the chart's `base`."""

    name: str
    values: Sequence[float | None]
    colour: str = ""
    urls: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn. `colours` is for one series: a colour for each label. `is_time` keeps it upright."""

    kind: str
    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    colours: Sequence[str] = field(default=())
    base: str = ""
    is_time: bool = False

    def options(self) -> dict[str, Any]:
        """Return what the page's script reads."""
        return {
            "kind": self.kind, "labels": list(self.labels), "base": self.base, "isTime": self.is_time,
            "colours": [colour(name) if name else "" for name in self.colours],
            "series": [{"name": one.name, "values": list(one.values), "urls": list(one.urls),
                        "colour": colour(one.colour) if one.colour else ""} for one in self.series],
        }

    def spoken(self) -> str:
        """Return the chart in words, for whoever does not see it."""
        told = []
        for one in self.series:
            pairs = [f"{label} {_number(value)}" for label, value in zip(self.labels, one.values, strict=True) if value]
            more = [_("and %(number)s more", number=len(pairs) - SPOKEN)] if len(pairs) > SPOKEN else []
            told.append(f"{one.name}{'：' if language() == 'zh' else ': '}{listed([*pairs[:SPOKEN], *more])}")
        return f"{self.title}. {'; '.join(told[:SPOKEN])}"


def _number(value: float) -> str:
    return f"{value:g}" if value < 1e6 else f"{value:.0f}"


def chart_box(chart: Chart, css: str = "") -> Markup:
    """Return the place of a chart on a page."""
    return Markup('<div class="chart {}" role="img" aria-label="{}" data-chart="{}" data-needs="{}"></div>').format(
        css, chart.spoken(), json.dumps(chart.options(), ensure_ascii=False, separators=(",", ":")),
        " ".join(static_url(path) for path in SCRIPTS),
    )
