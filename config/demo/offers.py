"""One assignment near the demo's workers with five offers that differ in everything a client compares."""

from datetime import timedelta

from assignments.actions.sourcing import Offer
from assignments.pricing import Terms
from assignments.states import PricingType, ScheduleKind
from clients.models import Location
from config.demo.stage import Stage


def play(s: Stage) -> None:
    """As posted; dearer by a second person; by the hour; cheaper and a day later; with travel, and running out."""
    north, _ = s.cast.companies
    site = Location.objects.get(client=north.client, number="201")
    start = s.workday(14)
    row = s.sent(
        north,
        start,
        s.ago(days=2),
        site=site,
        title="Rebuild the network cabinet of the flagship store",
        skill="networking",
        price_minor=42_000,
        duration_minutes=360,
    )
    currency = row.currency
    s.apply(
        row, s.cast.worker("worker2"), s.ago(hours=30), Offer(reason="I built the cabinet two years ago.")
    )
    two = Offer(
        terms=Terms(PricingType.FLAT, currency, 51_000),
        reason="The rack is heavy: the price includes a second person for half a day.",
    )
    s.apply(row, s.cast.worker("worker"), s.ago(hours=26), two)
    by_hour = Offer(
        terms=Terms(PricingType.HOURLY, currency, 6_800, max_minutes=360),
        reason="You pay for the hours that it takes, at most six.",
    )
    s.apply(row, s.cast.worker("tomasz"), s.ago(hours=12), by_hour)
    later = Offer(
        terms=Terms(PricingType.FLAT, currency, 36_000),
        schedule=(ScheduleKind.FIXED, start + timedelta(days=1), None),
        reason="I am in Columbus the day after, so there is no travel.",
    )
    s.apply(row, s.cast.worker("leo"), s.ago(hours=5), later)
    travel = Offer(
        expenses_minor=6_400,
        expires_at=s.ahead(hours=20),
        reason="Fuel for 170 miles each way. I need to know by tomorrow.",
    )
    s.apply(row, s.cast.worker("mei"), s.ago(hours=2), travel)
