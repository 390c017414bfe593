"""Sending in waves: one offered to the first who accepts, one whose waves are still to come."""

from datetime import timedelta

from assignments.actions import drafting
from assignments.models import RouteKind, RouteMode
from assignments.routing import Wave, by_name
from clients.models import Pool
from common import clock
from config.demo.stage import Stage

DAY = 24 * 60
"""Minutes."""


def play(s: Stage) -> None:
    """The demo's workers can accept the first; the second goes to a pool tonight, then to best matches, then to all."""
    north, _ = s.cast.companies
    near = [s.cast.worker(login) for login in ("worker", "worker2", "grace")]
    row = s.create(
        north,
        s.workday(13),
        s.ago(hours=5),
        title="Emergency swap of the back-office switch",
        price_minor=26_000,
    )
    with clock.moved(s.ago(hours=4)):
        drafting.send_out(row.pk, actor=row.owner, waves=[by_name(near, RouteMode.ACCEPT)])
    row = s.create(north, s.workday(14), s.ago(hours=3), title="Night swap of six payment terminals")
    crew = Pool.objects.get(client=north.client, name="Night crew")
    waves = [
        by_name(near[1:]),
        Wave(RouteKind.POOL, RouteMode.ACCEPT, pool_id=crew.pk, radius_miles=200, delay_minutes=8 * 60),
        Wave(RouteKind.MATCH, most=10, radius_miles=50, delay_minutes=12 * 60),
        Wave(RouteKind.MARKET, delay_minutes=DAY),
    ]
    with clock.moved(s.now - timedelta(hours=2)):
        drafting.send_out(row.pk, actor=row.owner, waves=waves)
