"""Visits with all that can be said of them, own labels of the client, and a link for a site contact."""

from datetime import timedelta

from assignments.actions import custom_labels, site_links, visits, visits_for
from assignments.actions.custom_labels import Own
from assignments.models import Assignment, CheckIn
from assignments.states import State
from common import clock
from config.demo.stage import Stage
from workers.models import Worker


def play(s: Stage) -> None:
    """Leo came far from the site and corrected a time, the client checked Ivan out, and two stores are marked."""
    north, _ = s.cast.companies
    leo, ivan, worker = (s.cast.worker(name) for name in ("leo", "ivan", "worker"))
    _leo(_running(leo), leo, s)
    row = _running(ivan)
    with clock.moved(s.ago(minutes=30)):
        visits_for.check_out_for(
            row.pk,
            actor=north.boss,
            at=s.ago(minutes=50),
            reason="He called from the parking lot: his phone is empty.",
        )
    shown = _running(worker)
    with clock.moved(s.ago(hours=1)):
        vip = Own("VIP store", "The regional manager visits on Friday.")
        for marked in (row, shown):
            custom_labels.add_label(marked.pk, vip, actor=north.boss)
        ladder = Own("Bring a ladder", is_shown_to_worker=True)
        custom_labels.add_label(shown.pk, ladder, actor=north.boss)
        site_links.renew_site_link(shown.pk, actor=north.boss)


def _running(worker: Worker) -> Assignment:
    return Assignment.objects.filter(worker=worker, state=State.IN_PROGRESS).order_by("pk")[0]


def _leo(row: Assignment, leo: Worker, s: Stage) -> None:
    first = CheckIn.objects.get(assignment=row)
    with clock.moved(s.ago(hours=20)):
        out_at = (first.out_at or first.in_at) + timedelta(minutes=25)
        visits.edit_check_in(
            row.pk,
            first.pk,
            actor=leo.user,
            in_at=first.in_at,
            out_at=out_at,
            reason="I came back for the tools and forgot to check in again.",
        )
    far = visits.Fix(row.site.lat + 0.04, row.site.lon, 35) if row.site.lat and row.site.lon else None
    with clock.moved(s.ago(hours=3)):
        visits.check_in(
            row.pk, actor=leo.user, fix=far, why="At the depot for the missing cable, then on site."
        )
    with clock.moved(s.ago(hours=2)):
        visits.check_out(row.pk, actor=leo.user)
