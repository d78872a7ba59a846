"""Drawing numbers as SVG: the small line in a list of channels, and a chart with title and axes.

All text is escaped, and nothing in a picture can run: it holds shapes and words alone. Pure.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from thingclone.formats.times import DAY, MINUTE, SECOND, clock_text

Point = tuple[int, float | None]  # moment, number; None where there is a hole

HOUR = 60 * MINUTE
_STEPS = (
    *(seconds * SECOND for seconds in (1, 5, 15, 30)),
    *(minutes * MINUTE for minutes in (1, 5, 15, 30)),
    *(hours * HOUR for hours in (1, 3, 6, 12)),
    *(days * DAY for days in (1, 2, 7, 14, 30, 90, 180, 365, 730, 1825, 3650)),
)
GAP = 4  # times the usual distance between two entries: beyond that, something is missing


# --- lines ----------------------------------------------------------------------------------------


def pieces(points: Iterable[Point]) -> list[list[tuple[int, float]]]:
    """The points in pieces that belong together, parted by holes and by gaps in time."""
    known = list(points)
    moments = [moment for moment, number in known if number is not None]
    steps = sorted(after - before for before, after in pairwise(moments))
    # Three of four steps are no longer than this: so two boards on one channel, or one that sends
    # twice in a row, do not make every other step a gap.
    usual = steps[len(steps) * 3 // 4] if len(steps) > 2 else math.inf
    longest = GAP * usual
    found: list[list] = [[]]
    for moment, number in known:
        piece = found[-1]
        if piece and (number is None or moment - piece[-1][0] > longest):
            found.append([])
        if number is not None:
            found[-1].append((moment, number))
    return [piece for piece in found if piece]


def sparkline(numbers: Iterable[float | None], width: int, height: int) -> tuple[str, str]:
    """The `d` of two paths: a line through the numbers, and the area below it. Both are empty if
    there are fewer than two numbers.
    """
    known = [(place, number) for place, number in enumerate(numbers) if number is not None]
    if len(known) < 2:
        return "", ""
    first, last = known[0][0], known[-1][0]
    low, high = _padded(min(n for _, n in known), max(n for _, n in known))
    line = "L".join(
        f"{_short((place - first) / (last - first) * width)} "
        f"{_short((high - number) / (high - low) * height)}"
        for place, number in known
    )
    return f"M{line}", f"M0 {height}L{line}L{width} {height}Z"


def _padded(low: float, high: float) -> tuple[float, float]:
    """Bounds with some air above and below. They are never equal."""
    air = (high - low) * 0.12 or abs(high) * 0.1 or 1.0
    return low - air, high + air


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


# --- charts ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Chart:
    """What a chart looks like. `kind` is line, spline, step, column or bar."""

    title: str
    x_title: str
    y_title: str
    zone: tzinfo
    kind: str = "line"
    color: str = "#d62020"
    background: str = "#ffffff"
    width: int = 450
    height: int = 250
    low: float | None = None
    high: float | None = None

    def svg(self, points: list[Point]) -> str:
        """The whole picture."""
        return _Picture(self, points).text()


def message(text: str, width: int = 450, height: int = 250) -> str:
    """A picture of a text, in place of a chart."""
    return _document(
        width, height, text, "#ffffff",
        [f'<text x="{width / 2:g}" y="{height / 2:g}" text-anchor="middle">{escape(text)}</text>'],
    )  # fmt: skip


def _document(width: int, height: int, title: str, background: str, shapes: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-label={quoteattr(_printable(title))} '
        f'font-family="system-ui, sans-serif" font-size="11" fill="#555">'
        f'<rect width="100%" height="100%" fill={quoteattr(background)}/>'
        f"{''.join(shapes)}</svg>\n"
    )


class _Picture:
    """One chart being drawn: where things are."""

    LEFT, RIGHT, TOP, BOTTOM = 58, 14, 32, 42

    def __init__(self, chart: Chart, points: list[Point]):
        self.chart = chart
        self.pieces = pieces(points)
        drawn = [point for piece in self.pieces for point in piece] or [(0, 0.0), (DAY, 1.0)]
        self.start, self.end = drawn[0][0], max(drawn[-1][0], drawn[0][0] + SECOND)
        low, high = _padded(min(n for _, n in drawn), max(n for _, n in drawn))
        if chart.kind in ("column", "bar"):
            low, high = min(0.0, low), max(0.0, high)
        self.low = low if chart.low is None else chart.low
        self.high = high if chart.high is None else chart.high
        if not self.high > self.low:
            self.high = self.low + max(1.0, abs(self.low) / 10)
        self.right = max(chart.width - self.RIGHT, self.LEFT + 10)
        self.floor = max(chart.height - self.BOTTOM, self.TOP + 10)

    def x(self, moment: int) -> float:
        return self.LEFT + (moment - self.start) / (self.end - self.start) * (
            self.right - self.LEFT
        )

    def y(self, number: float) -> float:
        place = self.floor - (number - self.low) / (self.high - self.low) * (self.floor - self.TOP)
        return max(-10_000.0, min(10_000.0, place))

    def text(self) -> str:
        chart = self.chart
        shapes = [*self._grid(), *self._times(), *self._titles()]
        shapes += self._columns() if chart.kind in ("column", "bar") else self._lines()
        if not self.pieces:
            shapes.append(self._words((self.LEFT + self.right) / 2, 120, "No numbers to show"))
        return _document(chart.width, chart.height, chart.title, chart.background, shapes)

    def _words(self, x: float, y: float, text: str, anchor: str = "middle", more: str = "") -> str:
        words = escape(_printable(text))
        return f'<text x="{_short(x)}" y="{_short(y)}" text-anchor="{anchor}"{more}>{words}</text>'

    def _titles(self) -> Iterator[str]:
        middle = (self.LEFT + self.right) / 2
        yield self._words(middle, 20, self.chart.title, more=' font-size="14" fill="#222"')
        yield self._words(middle, self.chart.height - 8, self.chart.x_title)
        height = (self.TOP + self.floor) / 2
        turned = f' transform="rotate(-90 14 {_short(height)})"'
        yield self._words(14, height, self.chart.y_title, more=turned)

    def _grid(self) -> Iterator[str]:
        for number in nice_steps(self.low, self.high, 5):
            y = _short(self.y(number))
            yield (
                f'<path d="M{self.LEFT} {y}H{_short(self.right)}" stroke="#888" '
                'stroke-opacity=".25"/>'
            )
            yield self._words(self.LEFT - 6, self.y(number) + 4, f"{number:.6g}", "end")

    def _times(self) -> Iterator[str]:
        length = self.end - self.start
        most = max(2, (self.right - self.LEFT) // 75)
        step = next((step for step in _STEPS if length / step <= most), length or 1)
        for moment in range(-(-self.start // step) * step, self.end + 1, step):
            words = clock_text(moment, self.chart.zone, with_date=step >= DAY)
            yield self._words(self.x(moment), self.floor + 16, words)

    def _lines(self) -> Iterator[str]:
        color = quoteattr(self.chart.color)
        for piece in self.pieces:
            if len(piece) == 1:
                x, y = _short(self.x(piece[0][0])), _short(self.y(piece[0][1]))
                yield f'<circle cx="{x}" cy="{y}" r="2.5" fill={color}/>'
            else:
                yield (
                    f'<path d="{self._path(piece)}" fill="none" stroke={color} '
                    'stroke-width="1.8" stroke-linejoin="round"/>'
                )

    def _path(self, piece: list) -> str:
        places = [(_short(self.x(moment)), _short(self.y(number))) for moment, number in piece]
        if self.chart.kind == "step":
            (x, y), *others = places
            return f"M{x} {y}" + "".join(f"H{x}V{y}" for x, y in others)
        return "M" + "L".join(f"{x} {y}" for x, y in places)

    def _columns(self) -> Iterator[str]:
        drawn = [point for piece in self.pieces for point in piece]
        wide = max(1.0, min(24.0, 0.7 * (self.right - self.LEFT) / (len(drawn) or 1)))
        base = self.y(max(self.low, min(self.high, 0.0)))
        for moment, number in drawn:
            top = self.y(number)
            yield (
                f'<rect x="{_short(self.x(moment) - wide / 2)}" y="{_short(min(top, base))}" '
                f'width="{_short(wide)}" height="{_short(abs(top - base))}" '
                f"fill={quoteattr(self.chart.color)}/>"
            )


def nice_steps(low: float, high: float, most: int) -> list[float]:
    """Round numbers between two others, `most` or a few less."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    first = math.ceil(low / step)
    return [n * step for n in range(first, first + most + 2) if n * step <= high]


def _printable(text: str) -> str:
    """The text without the characters that XML does not allow."""
    return "".join(c for c in text if c >= " " and c not in "\ufffe\uffff")
