"""What a change of many assignments at once leaves beside their rows: history entries and notices, written in SQL.

The door (actions/door.py) does this for one row; sweeps.py uses it for rows that have nothing else to follow.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Concat, JSONObject

from assignments.kinds import OWNER, WORKER
from assignments.models import Assignment, Follower, LabelEvent, Standby
from assignments.states import STANDS_BY
from clients.models import Member
from common.actor import SYSTEM
from common.insert_select import IsoInstant, Truth
from notifications.in_bulk import ODD_SPACE, queue_rows
from timeline.models import Entry
from timeline.record import record_rows

SUBJECT: Final = "assignment"
STARTED: Final = "assignment.started"


def not_plain() -> Q:
    """Rows with something that only the door brings in line: an open label, a standby, or words with odd blanks."""
    label = LabelEvent.objects.filter(assignment=OuterRef("pk"), cleared_at__isnull=True)
    standby = Standby.objects.filter(assignment=OuterRef("pk"), state__in=sorted(STANDS_BY))
    follower = Follower.objects.filter(assignment=OuterRef("pk"), user__name__regex=ODD_SPACE)
    texts = ("title", "owner__name", "worker__user__name")  # joined: a subquery would read everybody's name
    odd = Q(*((f"{text}__regex", ODD_SPACE) for text in texts), _connector=Q.OR)
    return odd | Q(Exists(label)) | Q(Exists(standby)) | Q(Exists(follower))


def record_starts(ids: Sequence[int], now: datetime) -> None:
    """The entry of each started assignment, and its notices to owner, followers and worker. Needs a transaction."""
    rows = Assignment.objects.filter(pk__in=ids)
    record_rows(
        STARTED,
        rows,
        subject_type=SUBJECT,
        subject_id=F("pk"),
        sequence=F("version"),
        role="system",
        at=now,
        facts=JSONObject(start_at=IsoInstant("start_at")),
    )
    for people, row, user, group in recipients(rows):
        is_own = _seat(row, user) if group == WORKER else None
        queue_rows(
            STARTED,
            people,
            user=user,
            context=_context(row, group, is_own)
            | {"facts": JSONObject(start_at=IsoInstant(f"{row}start_at"))},
            heading=Concat(_number(row), Value(" "), F(f"{row}title")),
            url=Concat(Value("/assignments/"), _text(f"{row}pk"), Value("/")),
            subject=(SUBJECT, F(f"{row}pk")),
            entry_id=Subquery(
                Entry.objects.filter(
                    subject_type=SUBJECT, subject_id=OuterRef(f"{row}pk"), sequence=OuterRef(f"{row}version")
                ).values("pk")[:1]
            ),
            at=now,
        )


def recipients(rows: "QuerySet[Assignment]") -> "list[tuple[QuerySet[Any], str, str, str]]":
    """Who is told, each person once: the rows to tell by, the path to the assignment and to the person, the group.

    notices.py says the same in Python: the owner, then followers who are the company's people, then the worker.
    """
    own = Follower.objects.filter(_seat("assignment__", "user"))
    followers = own.filter(assignment__in=rows).exclude(user_id=F("assignment__owner_id"))
    also = own.filter(assignment=OuterRef("pk"), user_id=OuterRef("worker__user_id"))
    workers = rows.exclude(worker__user_id=F("owner_id")).exclude(Exists(also))
    return [
        (rows, "", "owner", OWNER),
        *([(followers, "assignment__", "user", OWNER)] if followers.exists() else []),
        (workers, "", "worker__user", WORKER),
    ]


def _context(row: str, group: str, is_own: Any) -> dict[str, Any]:
    """What notices.announce hands to the templates."""
    return {
        "number": _number(row),
        "title": F(f"{row}title"),
        "actor": Value(str(SYSTEM)),
        "place": _place(row),
        "told_as": Value(group),
        "is_worker": Truth(False)
        if is_own is None
        else Case(When(is_own, then=Truth(False)), default=Truth(True)),
        "time_zone": F(f"{row}time_zone"),
    }


def _seat(row: str, user: str) -> Exists:
    """Whether the person is also one of the client's people."""
    return Exists(
        Member.objects.filter(
            client_id=OuterRef(f"{row}client_id"), user_id=OuterRef(f"{user}__pk"), is_active=True
        )
    )


def _text(column: str) -> Cast:
    return Cast(F(column), CharField())


def _number(row: str) -> Concat:
    """Assignment.number."""
    return Concat(Value("A-"), _text(f"{row}pk"))


def _place(row: str) -> Case:
    """Assignment.site_name."""
    city, region = f"{row}city", f"{row}region"
    return Case(
        When(Q(**{f"{row}is_virtual": True}), then=Value("Remote")),
        When(Q(**{region: ""}), then=F(city)),
        When(Q(**{city: ""}), then=F(region)),
        default=Concat(F(city), Value(", "), F(region)),
    )
