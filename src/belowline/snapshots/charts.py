"""Charts as SVG, made here: bars and lines with their numbers in a table beside them, for eyes and screen readers.

No script, no inline style: colours and sizes are classes (static/desk), so that light, dark and forced colours work.
"""

from collections.abc import Sequence

import msgspec
from markupsafe import Markup, escape

WIDTH, HEIGHT = 640, 200
LEFT, BOTTOM, TOP = 44, 22, 10
WIDEST = 64  # of a bar: a lone one is no wall
LETTER = 6.4  # width of a label's, about
MOST_LABELS = 8  # under the axis; more would run into each other


class Series(msgspec.Struct, frozen=True):
    name: str
    values: Sequence[float | None]
    """None: nothing is known of that day."""


def bars(title: str, labels: Sequence[str], series: Sequence[Series], unit: str = "") -> Markup:
    """Stacked bars, one for each label; series from the bottom up."""
    totals = [sum(one.values[at] or 0 for one in series) for at in range(len(labels))]
    top = _round_up(max(totals, default=0))
    wide = (WIDTH - LEFT) / max(len(labels), 1)
    drawn: list[str] = []
    for at in range(len(labels)):
        below = 0.0
        for number, one in enumerate(series):
            value = one.values[at] or 0
            if value:
                y, high = _y(below + value, top), _y(below, top) - _y(below + value, top)
                bar = min(wide * 0.8, WIDEST)
                x = LEFT + (at + 0.5) * wide - bar / 2
                drawn.append(f'<rect class="s{number}" x="{x:.1f}" y="{y:.1f}" width="{bar:.1f}" height="{high:.1f}"/>')
            below += value
    return _figure(title, labels, series, top, unit, "".join(drawn))


def lines(
    title: str, labels: Sequence[str], series: Sequence[Series], unit: str = "", top: float | None = None
) -> Markup:
    """A line for each series; a gap where nothing is known. `top`: the axis' end, such as 100 for shares."""
    known = [value for one in series for value in one.values if value is not None]
    end = _round_up(max(known, default=0)) if top is None else top
    wide = (WIDTH - LEFT) / max(len(labels), 1)
    drawn: list[str] = []
    for number, one in enumerate(series):
        path, pen = "", "M"
        for at, value in enumerate(one.values):
            if value is None:
                pen = "M"
                continue
            x, y = LEFT + (at + 0.5) * wide, _y(value, end)
            path += f"{pen}{x:.1f} {y:.1f}"
            drawn.append(f'<circle class="s{number}" cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>')
            pen = "L"
        drawn.append(f'<path class="l{number}" d="{path}"/>')
    return _figure(title, labels, series, end, unit, "".join(drawn))


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * (value / top if top else 0)


def _round_up(value: float) -> float:
    """The next of 1, 2, 4, 10, 20 …: an axis that ends on a round number, and mostly has one in its middle."""
    if value <= 0:
        return 1
    step = 10.0 ** (len(str(int(value))) - 1) if value >= 1 else 0.1
    return next(step * factor for factor in (1, 2, 4, 10) if step * factor >= value)


def _figure(title: str, labels: Sequence[str], series: Sequence[Series], top: float, unit: str, drawn: str) -> Markup:
    if not any(value is not None and (unit or value) for one in series for value in one.values):
        return Markup(
            f'<figure class="chart"><figcaption>{escape(title)}</figcaption><p class="hint">Nothing yet.</p></figure>'
        )
    key = "" if len(series) < 2 else _key(series)
    wide = (WIDTH - LEFT) / max(len(labels), 1)
    every = -(-len(labels) // MOST_LABELS) or 1
    short = [escape(_short(label, wide * every)) for label in labels]
    axis = "".join(
        f'<text x="{LEFT + (at + 0.5) * wide:.1f}" y="{HEIGHT - 6}" text-anchor="middle">{label}</text>'
        for at, label in enumerate(short)
        if at % every == 0
    )
    for share in (0, 0.5, 1) if unit or top < 1 or top % 2 == 0 else (0, 1):
        y = _y(top * share, top)
        axis += f'<line x1="{LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
        axis += f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_number(top * share)}{escape(unit)}</text>'
    return Markup(
        f'<figure class="chart"><figcaption>{escape(title)}</figcaption>{key}'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        f'<g class="axis">{axis}</g>{drawn}</svg>{_table(title, labels, series, unit)}</figure>'
    )


def _short(label: str, room: float) -> str:
    """As much of a label as fits; the table has all of it."""
    most = max(3, int(room / LETTER))
    return label if len(label) <= most else f"{label[: most - 1].rstrip()}…"


def _key(series: Sequence[Series]) -> str:
    items = "".join(f'<li class="k{number}">{escape(one.name)}</li>' for number, one in enumerate(series))
    return f'<ul class="key">{items}</ul>'


def _table(title: str, labels: Sequence[str], series: Sequence[Series], unit: str) -> str:
    heads = "".join(f'<th scope="col">{escape(one.name)}</th>' for one in series)
    rows = "".join(
        f'<tr><th scope="row">{escape(label)}</th>'
        + "".join(f"<td>{_number(one.values[at])}{escape(unit)}</td>" for one in series)
        + "</tr>"
        for at, label in enumerate(labels)
    )
    return (
        f'<details><summary>The numbers</summary><table><caption class="unseen">{escape(title)}</caption>'
        f"<thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table></details>"
    )


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
