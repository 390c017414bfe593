"""Where a place lies on the bundled outline map: the Albers projection for the United States that it was drawn with.

The outline (static/vendor/us.svg, from us-atlas) is 975 x 610 units, projected with the composite Albers conic
(standard parallels 29.5 and 45.5 degrees, centred at 38.7 N 96.6 W; scale 1300, translated to 487.5, 305); Alaska
and Hawaii are drawn as insets there and get no pin here.
"""

from dataclasses import dataclass
from math import cos, radians, sin, sqrt

SCALE, LEFT, TOP = 1300.0, 487.5, 305.0
_P0, _P1, _P2, _L0 = radians(38.7), radians(29.5), radians(45.5), radians(-96.6)
_N = (sin(_P1) + sin(_P2)) / 2
_C = cos(_P1) ** 2 + 2 * _N * sin(_P1)
_RHO0 = sqrt(_C - 2 * _N * sin(_P0)) / _N
WIDTH, HEIGHT = 975, 610
VIEW_W, VIEW_H = 320, 190


@dataclass(frozen=True, slots=True)
class Point:
    """The pin and the cut of the map around it, in the outline's units."""

    x: float
    y: float
    left: int
    top: int

    @property
    def view_box(self) -> str:
        return f"{self.left} {self.top} {VIEW_W} {VIEW_H}"


def project(lat: float, lon: float) -> tuple[float, float]:
    """Degrees to the outline's units."""
    rho = sqrt(_C - 2 * _N * sin(radians(lat))) / _N
    theta = _N * (radians(lon) - _L0)
    return LEFT + SCALE * rho * sin(theta), TOP + SCALE * (rho * cos(theta) * -1 + _RHO0) * -1


def place(lat: float, lon: float) -> Point | None:
    """The pin for a place in the 48 states; None outside the drawing."""
    if not (24 <= lat <= 50 and -125 <= lon <= -66):
        return None
    x, y = project(lat, lon)
    left = round(min(max(x - VIEW_W / 2, 0), WIDTH - VIEW_W))
    top = round(min(max(y - VIEW_H / 2, 0), HEIGHT - VIEW_H))
    return Point(round(x, 1), round(y, 1), left, top)
