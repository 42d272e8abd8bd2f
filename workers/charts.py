"""The picture of a department's report, legible on light and on dark screens."""

from datetime import date
from io import BytesIO
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MaxNLocator

from core.reports.figures import BACKLOG, Figures

# Its own ground, so that it looks the same whatever is behind it.
_GROUND, _INK, _FAINT, _GRID = "#ffffff", "#1d1c1d", "#616061", "#e3e3e3"
_FILED, _RESOLVED, _OPEN = "#1264a3", "#2eb67d", "#8d99ae"
_SIZE, _DPI = (10.0, 4.4), 130
_TICKS_MOST = 10
_WIDE = 0.42
_WEEK, _DAYS_MOST = 7, 40


def draw(figures: Figures) -> bytes:
    """A PNG: what was filed and resolved each day, and how old what is open is."""
    layout = ConstrainedLayoutEngine(w_pad=0.14, h_pad=0.12, wspace=0.04)
    figure = Figure(figsize=_SIZE, dpi=_DPI, facecolor=_GROUND, layout=layout)
    FigureCanvasAgg(figure)
    days, backlog = figure.subplots(1, 2, width_ratios=(2.2, 1))
    _draw_days(days, figures)
    _draw_backlog(backlog, figures)
    for axes in (days, backlog):
        _tidy(axes)
    found = BytesIO()
    figure.savefig(found, format="png")
    return found.getvalue()


def _draw_days(axes: Any, figures: Figures) -> None:
    step = _WEEK if len(figures.by_day) > _DAYS_MOST else 1
    stretches = [figures.by_day[each : each + step] for each in range(0, len(figures.by_day), step)]
    filed = [sum(day.filed for day in each) for each in stretches]
    resolved = [sum(day.resolved for day in each) for each in stretches]
    for side, counts, color, label in (
        (-1, filed, _FILED, "Filed"),
        (1, resolved, _RESOLVED, "Resolved"),
    ):
        places = [place + side * _WIDE / 2 for place in range(len(counts))]
        axes.bar(places, counts, _WIDE, color=color, label=label)
    every = -(-len(stretches) // _TICKS_MOST)
    shown = range(0, len(stretches), every)
    axes.set_xticks(shown, [_day(stretches[each][0].day) for each in shown])
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    # With room for the legend.
    axes.set_ylim(0, max(1, *filed, *resolved) * 1.2)
    title = "Tickets a week" if step == _WEEK else "Tickets a day"
    axes.set_title(title, color=_INK, fontsize=12, loc="left")
    looks = {"facecolor": _GROUND, "edgecolor": _GROUND, "framealpha": 1, "labelcolor": _INK}
    axes.legend(loc="upper right", ncols=2, fontsize=9, **looks)


def _day(written: str) -> str:
    day = date.fromisoformat(written)
    return f"{day.day} {day:%b}"


def _draw_backlog(axes: Any, figures: Figures) -> None:
    bars = axes.barh(BACKLOG, figures.backlog, color=_OPEN, height=0.62)
    axes.bar_label(bars, padding=3, color=_INK, fontsize=9)
    axes.invert_yaxis()
    axes.set_xlim(0, max(1, *figures.backlog) * 1.2)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1, nbins=4))
    axes.set_title(f"{figures.open} open now, by age", color=_INK, fontsize=12, loc="left")


def _tidy(axes: Any) -> None:
    axes.set_facecolor(_GROUND)
    axes.tick_params(colors=_FAINT, labelsize=9, length=0)
    axes.set_axisbelow(True)
    axes.grid(axis="y" if axes.get_legend() else "x", color=_GRID, linewidth=0.8)
    for side, line in axes.spines.items():
        line.set_visible(side in ("left", "bottom"))
        line.set_color(_GRID)
