"""What happens before the curtain: each act leaves assignments in one stage, with every label on at least one.

Some of it is timed so that it starts, falls late or runs out within the minutes after the demo was made.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from assignments.actions import (
    assigning,
    closeout,
    drafting,
    holds,
    money,
    ratings,
    reschedules,
    scope,
    sourcing,
    talk,
    timers,
)
from assignments.actions.drafting import Content
from assignments.actions.money import Ask
from assignments.actions.sourcing import Offer
from assignments.models import Assignment
from assignments.pricing import Terms
from assignments.states import (
    CancelReason,
    Grade,
    HoldReason,
    MoneyKind,
    PricingType,
    ScheduleKind,
    UnassignReason,
)
from clients.models import Location
from common import clock
from config.demo import (
    batches,
    deliverables,
    faults,
    leaving,
    offers,
    offline,
    pools,
    requirements,
    routing,
    schedule,
    till,
    visits,
)
from config.demo import money as money_on_site
from config.demo import talk as talk_demo
from config.demo.stage import Stage


def play(s: Stage) -> None:
    """All acts, in an order that keeps money and bookings possible."""
    paid(s)
    approved(s)
    pending(s)
    cancelled(s)
    left(s)
    on_hold(s)
    in_progress(s)
    assigned(s)
    available(s)
    drafts(s)
    batches.play(s)
    requirements.play(s)
    offers.play(s)
    pools.play(s)
    routing.play(s)
    leaving.play(s)
    offline.play(s)
    faults.play(s)
    visits.play(s)
    talk_demo.play(s)
    deliverables.play(s)
    money_on_site.play(s)
    schedule.play(s)


def _flat(row: Assignment, minor: int) -> Terms:
    return Terms(PricingType.FLAT, row.currency, minor)


def drafts(s: Stage) -> None:
    north, harbor = s.cast.companies
    s.create(north, s.workday(9), s.ago(hours=5), title="Replace the fitting-room screens")
    s.create(north, s.workday(12), s.ago(hours=30), description="", title="Inventory scanner rollout (draft)")
    s.create(north, s.workday(15), s.ago(days=2), by=north.people[2])
    s.create(harbor, s.workday(10), s.ago(hours=9))


def available(s: Stage) -> None:
    north, harbor = s.cast.companies
    w = s.cast.worker
    for number in range(3):  # three with applications and counteroffers, as the comparison table wants them
        row = s.sent(north, s.workday(7 + number), s.ago(days=2, hours=number), price_minor=32_000)
        s.apply(row, w("worker2"), s.ago(days=1, hours=6))
        counter = Offer(
            terms=_flat(row, 38_500),
            schedule=(ScheduleKind.FIXED, s.workday(7 + number) + timedelta(hours=1), None),
            reason="A second person is needed for the ladder; the price includes both.",
        )
        s.apply(row, w("worker") if number == 0 else w("leo"), s.ago(hours=20), counter)
        travel = Offer(
            terms=_flat(row, 30_000), expenses_minor=3_850, reason="Asks for travel: 31 miles each way."
        )
        s.apply(row, w("tomasz"), s.ago(hours=3), travel)
    row = s.sent(north, s.workday(8), s.ago(hours=30), title="Hang the new window signage")
    with clock.moved(s.ago(hours=20)):
        question = sourcing.ask(
            row.pk, "Is a 10 ft ladder on site, or should I bring one?", actor=w("aisha").user
        )
    with clock.moved(s.ago(hours=18)):
        sourcing.answer(
            row.pk, question.pk, actor=north.boss, text="A 10 ft ladder is in the back room.", is_public=True
        )
    with clock.moved(s.ago(hours=2)):
        sourcing.ask(row.pk, "May I come before the store opens?", actor=w("worker").user)
    home = Location.objects.get(client=harbor.client, number="201")  # near the demo's workers
    for days, price in ((6, 21_000), (8, 26_500), (12, 18_500)):
        s.sent(harbor, s.workday(days, 15), s.ago(hours=14 + days), site=home, price_minor=price)
    row = s.sent(north, s.workday(6), s.ago(hours=8))  # an offer that runs out in a few minutes
    s.apply(
        row,
        w("mei"),
        s.ago(hours=4),
        Offer(expenses_minor=2_500, expires_at=s.ahead(minutes=4), reason="Parking."),
    )
    s.sent(north, s.workday(5), s.ago(hours=6), is_marketplace=False, invite=[w("worker"), w("grace")])
    s.sent(
        north,
        s.workday(11),
        s.ago(hours=3),
        pricing_type=PricingType.HOURLY,
        price_minor=5_500,
        max_minutes=240,
    )
    s.sent(
        harbor,
        s.workday(6, 13),
        s.ago(hours=26),
        schedule_kind=ScheduleKind.WINDOW,
        window_end_at=s.workday(6, 13) + timedelta(hours=4),
    )
    s.sent(
        harbor, s.workday(9), s.ago(hours=12), pricing_type=PricingType.UNIT, price_minor=1_800, max_units=20
    )
    s.sent(
        harbor,
        s.workday(10),
        s.ago(hours=2),
        pricing_type=PricingType.BLENDED,
        price_minor=6_000,
        max_minutes=120,
        extra_price_minor=4_500,
        extra_max_minutes=120,
        non_negotiable=True,
    )
    s.sent(north, s.ago(hours=2), s.ago(days=3), deliverables_due_at=None)  # Expired: nobody came in time


def assigned(s: Stage) -> None:
    north, harbor = s.cast.companies
    w = s.cast.worker
    for days, login in ((3, "worker"), (4, "worker2"), (5, "leo")):
        row = s.assigned(north, w(login), s.workday(days), s.ago(days=2))
        s.confirm(row, w(login), s.ago(days=1))
    row = s.assigned(north, w("grace"), s.ahead(hours=20), s.ago(days=2))  # Worker Not Confirmed
    _flag(row, s.ago(hours=4))
    row = s.assigned(harbor, w("jamal"), s.ahead(hours=9), s.ago(days=2))
    _flag(row, s.ago(hours=14))
    row = s.assigned(north, w("mei"), s.workday(6), s.ago(days=1))
    with clock.moved(s.ago(hours=6)):
        reschedules.request_reschedule(
            row.pk,
            actor=w("mei").user,
            schedule=(ScheduleKind.FIXED, s.workday(7), None),
            note="My van is in the workshop that day.",
        )
    row = s.assigned(north, w("worker"), s.workday(8), s.ago(days=1))
    with clock.moved(s.ago(hours=5)):
        reschedules.request_reschedule(
            row.pk,
            actor=north.boss,
            schedule=(ScheduleKind.FIXED, s.workday(9), None),
            note="The store is closed for stocktaking on the agreed day.",
        )
    row = s.assigned(north, w("worker"), s.workday(10), s.ago(days=1))
    with clock.moved(s.ago(hours=3)):
        wider = replace(scope.scope_of(row), duration_minutes=row.duration_minutes + 30)
        scope.propose_scope(
            row.pk, wider, actor=north.boss, note="A second rack came in: please label it too."
        )
    row = s.assigned(north, w("ivan"), s.workday(5), s.ago(days=2))
    with clock.moved(s.ago(hours=7)):
        ask = Ask(MoneyKind.INCREASE, "Two more drops were added to the drawing.", amount_minor=6_000)
        money.request_money(row.pk, ask, actor=w("ivan").user)
    draft = s.create(north, s.workday(10), s.ago(hours=20))
    with clock.moved(s.ago(hours=19)):
        assigning.assign_directly(draft.pk, w("worker2"), actor=north.boss)
    for minutes, login in ((2, "nora"), (5, "sofia")):  # these start by themselves while you watch
        s.assigned(
            north,
            w(login),
            s.ahead(minutes=minutes),
            s.ago(days=1),
            checkin_required=False,
            confirm_hours=None,
        )
    row = s.assigned(
        north, w("omar"), s.ago(minutes=10), s.ago(days=2), price_minor=24_000
    )  # falls late in 5 minutes
    s.confirm(row, w("omar"), s.ago(days=1))
    row = s.assigned(
        north, w("aisha"), s.ago(minutes=57), s.ago(days=2), title="Swap failed POS terminal"
    )  # Late
    s.confirm(row, w("aisha"), s.ago(days=1))
    _flag(row, s.ago(minutes=41))
    with clock.moved(s.ago(hours=22)):
        talk.post_message(row.pk, actor=north.boss, body="The back door is open from eight.")


def in_progress(s: Stage) -> None:
    north, harbor = s.cast.companies
    w = s.cast.worker
    for login, company in (("worker", north), ("tomasz", harbor)):
        row = s.assigned(company, w(login), s.ago(minutes=84), s.ago(days=3), fields=True)
        s.confirm(row, w(login), s.ago(days=2))
        s.check_in(row, w(login), s.ago(minutes=88))
        s.deliver(row, w(login), s.ago(minutes=40), most=1)
        with clock.moved(s.ago(minutes=70)):
            talk.post_message(
                row.pk, actor=w(login).user, body="I am on site. The rack is behind the counter."
            )
        with clock.moved(s.ago(minutes=65)):
            talk.post_message(row.pk, actor=company.boss, body="Good. Please photograph it before you start.")
    start = s.ago(days=1, hours=2)
    row = s.assigned(north, w("leo"), start, s.ago(days=4), title="Cable drop, floor 3")  # Late Deliverables
    s.check_in(row, w("leo"), start)
    s.check_out(row, w("leo"), start + timedelta(hours=2))
    _flag(row, start + timedelta(hours=8, minutes=1))
    start = s.ago(hours=5)
    row = s.assigned(north, w("ivan"), start, s.ago(days=3), deliverables_due_at=s.ahead(minutes=6))
    s.check_in(row, w("ivan"), start)
    with clock.moved(s.ago(hours=3)):
        ask = Ask(MoneyKind.EXPENSE, "Two patch cables from the shop next door.", amount_minor=1_895)
        money.request_money(row.pk, ask, actor=w("ivan").user)
    start = s.ago(hours=7)
    row = s.assigned(north, w("worker2"), start, s.ago(days=3))
    s.check_in(row, w("worker2"), start)
    with clock.moved(s.ago(hours=4)):
        ask = Ask(MoneyKind.BONUS, "The store asked to finish before opening.", amount_minor=4_000)
        money.request_money(row.pk, ask, actor=w("worker2").user)
    start = s.ago(days=2)
    row = s.submitted(north, w("mei"), start, s.ago(days=5))  # Not Satisfied
    with clock.moved(start + timedelta(hours=20)):
        closeout.send_back(
            row.pk, actor=north.boss, reason="The label in photo 2 cannot be read. Take it again."
        )
    row = s.assigned(
        harbor,
        w("nora"),
        s.ago(hours=9),
        s.ago(days=2),
        checkin_required=False,
        photos=False,
        confirm_hours=None,
    )
    with clock.moved(s.ago(hours=9)):
        timers.start(row.pk)


def on_hold(s: Stage) -> None:
    north, harbor = s.cast.companies
    w = s.cast.worker
    row = s.assigned(north, w("aisha"), s.workday(4), s.ago(days=3))
    with clock.moved(s.ago(hours=20)):
        holds.hold(
            row.pk, actor=north.boss, reason=HoldReason.SITE_NOT_READY, note="The counter is not built yet."
        )
    row = s.assigned(north, w("worker"), s.ago(days=2), s.ago(days=5))
    s.check_in(row, w("worker"), s.ago(days=2))
    with clock.moved(s.ago(days=2) + timedelta(hours=1)):
        holds.hold(row.pk, actor=north.boss, reason=HoldReason.PARTS, note="The bracket did not arrive.")
    with clock.moved(s.ago(hours=3)):
        holds.remove_hold(
            row.pk,
            actor=north.boss,
            schedule=(ScheduleKind.FIXED, s.workday(6, 17), None),
            note="The bracket is here.",
        )
    row = s.assigned(harbor, w("omar"), s.workday(5), s.ago(days=3))
    with clock.moved(s.ago(hours=10)):
        holds.hold(row.pk, actor=harbor.boss, reason=HoldReason.WEATHER)


def pending(s: Stage) -> None:
    north, harbor = s.cast.companies
    w = s.cast.worker
    s.submitted(north, w("worker2"), s.ago(hours=6), s.ago(days=3), title="Site survey, cold storage")
    s.submitted(north, w("grace"), s.ago(days=3), s.ago(days=6))
    s.submitted(harbor, w("jamal"), s.ago(days=1), s.ago(days=4))
    hourly = {"pricing_type": PricingType.HOURLY, "price_minor": 5_500, "max_minutes": 240}
    s.submitted(north, w("worker"), s.ago(days=1, hours=4), s.ago(days=5), **hourly)
    row = s.submitted(
        north, w("sofia"), s.ago(days=8), s.ago(days=11)
    )  # long overdue: the worker may escalate
    with clock.moved(s.ago(days=5)):
        talk.post_message(row.pk, actor=w("sofia").user, body="Is anything missing for the approval?")
    row = s.submitted(north, w("worker"), s.ago(days=9), s.ago(days=12), title="Printer fleet refresh")
    with clock.moved(s.ago(days=6)):
        talk.post_message(
            row.pk, actor=w("worker").user, body="Everything was signed off on site. Please approve."
        )
    till.escalate(row, w("worker"), s.ago(hours=30))


def approved(s: Stage) -> None:
    north, harbor = s.cast.companies
    w = s.cast.worker
    rows = []
    for days, login in ((2, "worker"), (5, "worker2"), (26, "leo"), (9, "mei")):
        rows.append(s.submitted(north, w(login), s.ago(days=days + 1), s.ago(days=days + 5)))
        till.approve(rows[-1], north.boss, s.ago(days=days))
    till.bundle(rows[1:3], north.people[1], s.ago(hours=18))
    row = s.submitted(
        north, w("worker"), s.ago(days=4), s.ago(days=8), fastfunds_eligible=True, price_minor=64_000
    )
    till.approve(row, north.boss, s.ago(days=3))
    row = s.submitted(north, w("worker2"), s.ago(days=6), s.ago(days=9), fastfunds_eligible=True)
    till.approve(row, north.boss, s.ago(days=5))
    till.fastfunds(row, w("worker2"), s.ago(days=5) + timedelta(minutes=30))
    row = s.submitted(north, w("aisha"), s.ago(days=10), s.ago(days=13), terms_days=7)  # Past Due
    till.approve(row, north.boss, s.ago(days=9))
    row = s.submitted(north, w("tomasz"), s.ago(days=7), s.ago(days=10))
    till.approve(row, north.boss, s.ago(days=6))
    till.dispute(row, north.boss, s.ago(hours=20))
    row = s.submitted(harbor, w("jamal"), s.ago(days=5), s.ago(days=8), terms_days=15)
    till.approve(row, harbor.boss, s.ago(days=4))


def paid(s: Stage) -> None:
    north, harbor = s.cast.companies
    w = s.cast.worker
    for number, login in enumerate(("worker", "worker2", "worker", "leo", "grace", "worker", "omar")):
        start = s.ago(days=20 + 5 * number)
        row = s.submitted(north, w(login), start, start - timedelta(days=4), terms_days=7)
        grade = Grade.EXCELLENT if number % 3 else Grade.SATISFIED
        till.approve(row, north.boss, start + timedelta(days=1), grade=grade)
        with clock.moved(start + timedelta(days=2)):
            ratings.rate_client(
                row.pk, actor=w(login).user, grade=Grade.SATISFIED, text="The site was ready."
            )
        till.pay(row, north.people[1], start + timedelta(days=7))
    till.credit(row, s.cast.admin, s.ago(days=2), 2_500)
    start = s.ago(days=6)
    row = s.submitted(harbor, w("ivan"), start, start - timedelta(days=3), terms_days=0)
    till.approve(row, harbor.boss, start + timedelta(hours=20))  # immediate: paid with the approval
    till.withdraw(w("worker"), 20_000, s.ago(days=3), s.cast.admin)


def cancelled(s: Stage) -> None:
    north, harbor = s.cast.companies
    w = s.cast.worker
    row = s.sent(north, s.workday(3), s.ago(days=6))
    _cancel(row, s.ago(days=4), CancelReason.NOT_NEEDED, "The store closes earlier than planned.")
    row = s.assigned(north, w("worker"), s.workday(2), s.ago(days=5))
    _cancel(row, s.ago(days=1), CancelReason.CUSTOMER, "The customer moved the opening.")
    row = s.assigned(north, w("worker"), s.ago(days=3), s.ago(days=7))
    s.check_in(row, w("worker"), s.ago(days=3))
    till.cancel_with_pay(row, north.boss, s.ago(days=3) + timedelta(hours=1), 8_000)
    row = s.assigned(harbor, w("mei"), s.ago(days=9), s.ago(days=13), terms_days=0)
    till.cancel_with_pay(row, harbor.boss, s.ago(days=10), 5_000)


def left(s: Stage) -> None:
    """Two that lost their worker and are Available again: Worker Cancelled, Worker Abandoned."""
    north, _ = s.cast.companies
    w = s.cast.worker
    row = s.assigned(north, w("nora"), s.workday(7), s.ago(days=4))
    _unassign(
        row, s.ago(days=1), UnassignReason.WORKER_CANCELLED, "Called to say that the date does not work."
    )
    start = s.ago(days=2, hours=6)
    row = s.assigned(north, w("grace"), start, s.ago(days=4), deliverables_due_at=None)
    s.check_in(row, w("grace"), start)
    gone = start + timedelta(hours=1)
    _unassign(row, gone, UnassignReason.WORKER_ABANDONED, "Left after an hour. No answer to three calls.")
    with clock.moved(gone + timedelta(hours=2)):
        drafting.edit(row.pk, Content({"start_at": s.workday(8)}), actor=north.boss)


def _flag(row: Assignment, at: datetime) -> None:
    with clock.moved(at):
        timers.raise_flags(row.pk)


def _cancel(row: Assignment, at: datetime, reason: CancelReason, note: str) -> None:
    with clock.moved(at):
        closeout.cancel(row.pk, actor=row.owner, reason=reason, note=note)


def _unassign(row: Assignment, at: datetime, reason: UnassignReason, note: str) -> None:
    with clock.moved(at):
        assigning.unassign(row.pk, actor=row.owner, reason=reason, note=note, original_budget=True)
