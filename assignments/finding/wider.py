"""For an empty page: how many there are a little further away (ux.md 6.6)."""

from dataclasses import dataclass, replace

from assignments.finding.asked import RADII
from assignments.finding.conditions import Matches
from assignments.finding.pages import COUNTED, count, nearest
from assignments.models import Findable


@dataclass(frozen=True, slots=True)
class Wider:
    """`radius` in miles, None for any distance; `count` is COUNTED + 1 for more."""

    count: int
    radius: int | None

    @property
    def words(self) -> str:
        number = f"More than {COUNTED}" if self.count > COUNTED else str(self.count)
        return f"{number} within {self.radius} mi" if self.radius else f"{number} further away"


def wider(found: Matches) -> Wider | None:
    """The next radius that holds something, for a search that found nothing; None when nothing is anywhere."""
    search = found.search
    if search.within is None or search.origin is None:
        return None
    anywhere = replace(found, search=replace(search, within=None))
    first = Findable.objects.filter(pk__in=nearest(anywhere, 1)).first()
    if first is None:
        return None
    miles = search.origin.miles_to(first.lat, first.lon)
    radius = next((one for one in RADII if miles is not None and one >= miles), None)
    return Wider(count(replace(found, search=replace(search, within=radius)), COUNTED + 1), radius)
