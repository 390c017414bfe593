"""The map beside the list: numbered pins on the bundled outline, zoomed to what the page shows (ux.md 2.3).

Everything is in pixels of a drawing of WIDTH x HEIGHT; only the outline keeps the units of its file. Places are
rounded to two decimals, so pins of one town lie on one point: they are laid around it, each to be pressed by itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin
from typing import Final

from assignments import outline
from common.places import EARTH_RADIUS_MILES

WIDTH, HEIGHT, EDGE = 328, 400, 44
PIN: Final = 26
"""Pixels between the middles of two pins; each is 24 wide."""
MILES_A_UNIT: Final = EARTH_RADIUS_MILES / outline.SCALE
LEAST_MILES: Final = 24
"""The map never shows less than so many miles across: places are rounded."""
ROUND: Final = (5, 10, 25, 50, 100, 250, 500, 1_000)
LETTER: Final = 6.4
"""Pixels of a letter of a town's name, on average."""
OVERVIEW: Final = (86, 54)


@dataclass(frozen=True, slots=True)
class Spot:
    """What shall get a pin: its number in the list, the id of its card, and its rounded place."""

    number: int
    pk: int
    title: str
    town: str
    lat: float | None
    lon: float | None


@dataclass(frozen=True, slots=True)
class Pin:
    """A pin at x, y that points to the place at at_x, at_y."""

    spot: Spot
    x: float
    y: float
    at_x: float
    at_y: float

    @property
    def is_aside(self) -> bool:
        return hypot(self.x - self.at_x, self.y - self.at_y) > 2

    @property
    def text_y(self) -> float:
        return round(self.y + 4, 1)


@dataclass(frozen=True, slots=True)
class Ring:
    """So many miles around the origin."""

    miles: int
    radius: float
    text_y: float


@dataclass(frozen=True, slots=True)
class Name:
    """A town's name under its pins."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Bar:
    """The scale: a line of that many pixels."""

    miles: int
    end_x: float


@dataclass(frozen=True, slots=True)
class Frame:
    """The cut of the outline that is drawn, in its units."""

    left: float
    top: float
    scale: float

    @property
    def view_box(self) -> str:
        return f"{self.left:.2f} {self.top:.2f} {self.width:.2f} {self.height:.2f}"

    @property
    def width(self) -> float:
        return WIDTH / self.scale

    @property
    def height(self) -> float:
        return HEIGHT / self.scale

    @property
    def line(self) -> float:
        """A line one pixel wide, in units."""
        return round(1.25 / self.scale, 3)

    def pixels(self, point: tuple[float, float]) -> tuple[float, float]:
        return round((point[0] - self.left) * self.scale, 1), round((point[1] - self.top) * self.scale, 1)

    @property
    def is_cut(self) -> bool:
        """Whether so little of the country is seen that an overview helps."""
        return self.width < outline.WIDTH / 2


@dataclass(frozen=True, slots=True)
class Chart:
    """All that the template draws. `home` is the origin's place; `left_out` counts rows without a pin."""

    frame: Frame
    pins: tuple[Pin, ...]
    names: tuple[Name, ...]
    rings: tuple[Ring, ...]
    home: tuple[float, float] | None
    bar: Bar
    left_out: int
    width: int = WIDTH
    height: int = HEIGHT


def chart(spots: Sequence[Spot], origin: tuple[float, float] | None) -> Chart | None:
    """The map of one page; None when nothing of it lies on the drawing."""
    points = {spot.number: point for spot in spots if (point := _point(spot.lat, spot.lon))}
    if not points:
        return None
    home = _point(*origin) if origin else None
    frame = _frame([*points.values(), *([home] if home else [])])
    pins = _laid([(spot, frame.pixels(points[spot.number])) for spot in spots if spot.number in points])
    at_home = frame.pixels(home) if home else None
    return Chart(
        frame,
        tuple(pins),
        tuple(_names(pins)),
        tuple(_rings(frame, at_home)),
        at_home,
        _bar(frame),
        len(spots) - len(points),
    )


def _point(lat: float | None, lon: float | None) -> tuple[float, float] | None:
    """Where a place lies on the outline; None for none, and outside of the 48 states."""
    if lat is None or lon is None or outline.place(lat, lon) is None:
        return None
    return outline.project(round(lat, 2), round(lon, 2))


def _frame(points: Sequence[tuple[float, float]]) -> Frame:
    """As near as all points and their pins allow, and not nearer than LEAST_MILES across."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    across, down = max(xs) - min(xs), max(ys) - min(ys)
    scale = min(
        (WIDTH - 2 * EDGE) / max(across, 1e-6),
        (HEIGHT - 2 * EDGE) / max(down, 1e-6),
        WIDTH * MILES_A_UNIT / LEAST_MILES,
    )
    middle = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    return Frame(middle[0] - WIDTH / scale / 2, middle[1] - HEIGHT / scale / 2, scale)


def _laid(wanted: Iterable[tuple[Spot, tuple[float, float]]]) -> list[Pin]:
    """Each pin at its place, or at the free one next to it."""
    pins: list[Pin] = []
    for spot, (at_x, at_y) in wanted:
        x, y = next((place for place in _around(at_x, at_y) if _is_free(place, pins)), (at_x, at_y))
        pins.append(Pin(spot, x, y, at_x, at_y))
    return pins


def _around(x: float, y: float) -> Iterable[tuple[float, float]]:
    """The place itself, then places on rings around it, nearest first."""
    yield x, y
    for ring in range(1, 12):
        for turn in range(6 * ring):
            angle = 2 * pi * turn / (6 * ring) - pi / 2
            place = round(x + PIN * ring * cos(angle), 1), round(y + PIN * ring * sin(angle), 1)
            if PIN / 2 <= place[0] <= WIDTH - PIN / 2 and PIN / 2 <= place[1] <= HEIGHT - PIN / 2:
                yield place


def _is_free(place: tuple[float, float], pins: Iterable[Pin]) -> bool:
    return all(hypot(place[0] - pin.x, place[1] - pin.y) >= PIN - 1 for pin in pins)


def _names(pins: Sequence[Pin]) -> Iterable[Name]:
    """The name of each town under its pins, where it covers no pin and no other name."""
    taken = [(pin.x - PIN / 2, pin.y - PIN / 2, pin.x + PIN / 2, pin.y + PIN / 2) for pin in pins]
    for town in dict.fromkeys(pin.spot.town for pin in pins if pin.spot.town):
        own = [pin for pin in pins if pin.spot.town == town]
        x, y = own[0].at_x, max(pin.y for pin in own) + PIN / 2 + 12
        half = len(town) * LETTER / 2
        box = (x - half, y - 11, x + half, y + 3)
        inside = box[0] >= 2 and box[2] <= WIDTH - 2 and box[3] <= HEIGHT - 2
        if inside and not any(_cross(box, other) for other in taken):
            taken.append(box)
            yield Name(town, round(x, 1), round(y, 1))


def _cross(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _rings(frame: Frame, home: tuple[float, float] | None) -> Iterable[Ring]:
    """At most three distances around the origin that can be told apart."""
    if home is None:
        return
    found: list[Ring] = []
    for miles in ROUND:
        radius = round(miles / MILES_A_UNIT * frame.scale, 1)
        if 36 <= radius <= HEIGHT and (not found or radius >= found[-1].radius * 1.8):
            found.append(Ring(miles, radius, round(home[1] - radius - 4, 1)))
    yield from found[:3]


def _bar(frame: Frame) -> Bar:
    """The longest round distance that takes no more than a third of the width."""
    lengths = [(miles, miles / MILES_A_UNIT * frame.scale) for miles in (1, 2, *ROUND)]
    miles, length = max((one for one in lengths if one[1] <= WIDTH / 3), default=lengths[0])
    return Bar(miles, round(10 + length, 1))
