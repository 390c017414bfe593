"""What makes drafts for the demo's first company: a template, a weekly repetition of it, and a CSV upload."""

from assignments.actions import recurrences, templates, upload_rows, uploads
from assignments.actions.uploads import Wish
from assignments.models import Assignment
from assignments.recurring import Rule, Unit, bits
from assignments.states import State
from clients.models import Location
from common import clock
from common.localtime import local
from config.demo.stage import Stage

HEAD = "Work order,Title,Saved location,Start,Kind of price,Price,Photos"


def play(s: Stage) -> None:
    """The newest sent assignment is kept as a template; last week a partner's list was uploaded."""
    north, _ = s.cast.companies
    source = Assignment.objects.filter(client=north.client, state=State.SENT).order_by("-pk")[0]
    with clock.moved(s.ago(days=9)):
        template = templates.save_template(source.pk, actor=north.boss, name="Store visit", customer_id=None)
        today = local(clock.now(), source.time_zone).date()
        rule = Rule(
            unit=Unit.WEEK,
            every=1,
            weekdays=bits([1]),
            at=local(s.workday(7), source.time_zone).time(),
            time_zone=source.time_zone,
            starts_on=today,
        )
        row = recurrences.set_up(template.pk, rule, actor=north.boss, lead_days=7, count=None)
    with clock.moved(s.ago(days=1)):
        while recurrences.draft_due(row.pk):
            pass
    with clock.moved(s.ago(days=6)):
        upload = uploads.receive(
            _partners_list(s), "partner-list.csv", Wish("Partner list"), actor=north.boss
        )
        uploads.match(upload.pk, upload.columns, actor=north.boss, save_as="Partner's columns")
        uploads.start(upload.pk, actor=north.boss)
        upload_rows.work(upload.pk, seconds=60)
        upload_rows.work(upload.pk, seconds=60)


def _partners_list(s: Stage) -> bytes:
    """Five good rows and one whose price has a decimal comma."""
    north, _ = s.cast.companies
    numbers = Location.objects.filter(client=north.client).order_by("pk").values_list("number", flat=True)[:3]
    lines = [HEAD]
    for n in range(6):
        price = "95,50" if n == 4 else f"{90 + 5 * n}.50"
        start = f"{s.workday(20 + n):%Y-%m-%d} 10:00"
        cells = (
            f"PL-{4400 + n}",
            f"Quarterly check {n + 1}",
            numbers[n % len(numbers)],
            start,
            "Flat",
            f'"{price}"',
            "2",
        )
        lines.append(",".join(cells))
    return "\r\n".join(lines).encode()
