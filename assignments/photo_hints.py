"""What looks odd about a photo, said while its worker still stands there. Hints: nothing is refused for them (4.6).

A camera's clock and place may be wrong or forged, and a sharp wall is smooth: they help to look again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from assignments.models import Assignment, CheckIn
from assignments.models.kept_file import KeptFile
from common.photos import looks_alike
from common.when import instant

SMALL_PIXELS: Final = 800
BLURRED_BELOW: Final = 100
"""Variance of the Laplacian: text and devices lie above 300, the same out of focus below 80."""
FAR_METRES: Final = 1_000
LONG_BEFORE: Final = timedelta(hours=12)
CLOCK_SLACK: Final = timedelta(minutes=5)
"""Clocks of cameras differ by so much without meaning anything."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a photo is compared with: the visits (in, out or None), the start, the other files, the present moment."""

    row: Assignment
    visits: Sequence[tuple[datetime, datetime | None]]
    others: Sequence[KeptFile]
    now: datetime


def around(row: Assignment, others: Iterable[KeptFile], now: datetime) -> Around:
    """Read once for all photos of a page."""
    visits = CheckIn.objects.filter(engagement=row.engagement).values_list("in_at", "out_at")
    return Around(row, list(visits), list(others), now)


def hints(photo: KeptFile, at: Around) -> list[str]:
    """Sentences, the most useful first; empty for files that are no pictures."""
    if photo.width is None or photo.height is None:
        return []
    found = (_blurred(photo), _small(photo), _alike(photo, at), _time(photo, at), _far(photo))
    return [words for words in found if words]


def facts(photo: KeptFile, at: Around) -> str:
    """ "1,200 x 900 pixels, taken Tue, Dec 1, 9:12 AM EST during the visit, 40 m from the site"."""
    if photo.width is None or photo.height is None:
        return ""
    parts = [f"{photo.width:,} x {photo.height:,} pixels"]
    if photo.taken_at:
        inside = " during the visit" if is_inside(photo.taken_at, at) else ""
        parts.append(f"taken {instant(photo.taken_at, at.row.time_zone)}{inside}")
    if photo.taken_distance_m is not None:
        parts.append(_distance(photo.taken_distance_m))
    return ", ".join(parts)


def is_inside(taken_at: datetime, at: Around) -> bool:
    """Whether it was taken during a visit, as far as the camera's clock can say."""
    return any(came - CLOCK_SLACK <= taken_at <= (left or at.now) + CLOCK_SLACK for came, left in at.visits)


def _blurred(photo: KeptFile) -> str:
    return "It may be blurred." if (photo.sharpness or 0) < BLURRED_BELOW else ""


def _small(photo: KeptFile) -> str:
    longest = max(photo.width or 0, photo.height or 0)
    return f"It is small: {longest} pixels on the longest side." if longest < SMALL_PIXELS else ""


def _alike(photo: KeptFile, at: Around) -> str:
    earlier = (one for one in at.others if one is not photo and one.uploaded_at <= photo.uploaded_at)
    same = next(
        (one for one in earlier if one.uuid != photo.uuid and looks_alike(one.look, photo.look)), None
    )
    return f"It looks like {same.name}." if same else ""


def _time(photo: KeptFile, at: Around) -> str:
    if photo.taken_at is None or is_inside(photo.taken_at, at):
        return ""
    first = min((came for came, _ in at.visits), default=at.row.start_at)
    if photo.taken_at > photo.uploaded_at + CLOCK_SLACK:
        return "The clock of the camera is ahead."
    if first and photo.taken_at < first - LONG_BEFORE:
        return "It was taken long before the visit."
    return "It was taken outside of the visits." if at.visits else ""


def _far(photo: KeptFile) -> str:
    metres = photo.taken_distance_m
    return f"It was taken {_distance(metres)}." if metres is not None and metres > FAR_METRES else ""


def _distance(metres: int) -> str:
    return f"{metres} m from the site" if metres < 1_000 else f"{metres / 1_000:.1f} km from the site"
