"""Reads of threads: which ones a person may open, and how much in them is unread.

Counted are the threads that concern the person, as far as they still take messages: of a colleague the owned, the
followed and those written in; of a worker the own. Private notes and former workers' messages never count for a worker.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from assignments.models import Assignment, Follower, Message, MessageFile, ThreadRead
from assignments.queries import PAGE, visible
from assignments.standing import standing
from assignments.states import OPEN
from assignments.visibility import Sight, sight
from clients.models import Member
from clients.queries import membership
from common import prepared
from workers.queries import worker_of
from workers.vendors import employees

STAGES: Final = sorted(OPEN)


@dataclass(frozen=True, slots=True)
class Unread:
    """How many messages of one thread wait for the person, and the id of the newest of them."""

    count: int
    last: int


@dataclass(frozen=True, slots=True)
class Thread:
    """The newest message of one assignment's thread, for the list of threads."""

    message: Message
    unread: int


def unread(user: User) -> dict[int, Unread]:
    """What waits for the person, by assignment id: in one query, whatever there is."""
    return {pk: Unread(count, last) for pk, count, last in prepared.rows(_waiting, user.pk)}


def _waiting(me: int) -> "QuerySet[Message, Any]":
    """For each thread with unread messages: the assignment's id, how many there are, and the newest one's id."""
    read = ThreadRead.objects.filter(user_id=me, assignment=OuterRef("assignment"))
    return (
        Message.objects.filter(_concerning(me))
        .exclude(author_id=me)
        .annotate(read=Coalesce(Subquery(read.values("message_id")[:1]), 0))
        .filter(pk__gt=F("read"))
        .order_by()
        .values("assignment")
        .annotate(count=Count("pk"), last=Max("pk"))
        .values_list("assignment", "count", "last")
    )


def unread_once(user: User) -> dict[int, Unread]:
    """The same, asked at most once for one page: it is kept on the account as the request loaded it."""
    known: dict[int, Unread] | None = getattr(user, "_unread_threads", None)
    if known is None:
        known = unread(user)
        user._unread_threads = known  # type: ignore[attr-defined]
    return known


def unread_total(user: User) -> int:
    """The number at "Messages" in the frame."""
    return sum(one.count for one in unread_once(user).values())


def _concerning(me: int) -> Q:
    """Messages of threads that concern the person and that the person may read (decisions.md D9, D10)."""
    owned = Assignment.objects.filter(owner_id=me, state__in=STAGES).values("pk")
    worked = Assignment.objects.filter(worker__user_id=me, state__in=STAGES).values("pk")
    followed = Follower.objects.filter(user_id=me, assignment__state__in=STAGES).values("assignment")
    written = Message.objects.filter(author_id=me, assignment__state__in=STAGES).values("assignment")
    mine = owned.union(worked, followed.order_by(), written.order_by())
    colleague = Member.objects.filter(user_id=me, is_active=True, client=OuterRef("assignment__client"))
    as_worker = Q(assignment__worker__user_id=me, engagement=F("assignment__engagement"), is_private=False)
    return Q(assignment__in=mine) & (Q(Exists(colleague)) | as_worker)


def threads(user: User) -> list[Thread]:
    """The threads that the person may read, newest message first, at most a page of them."""
    readable = Message.objects.filter(assignment__in=visible(user).values("pk"))
    worker, member = worker_of(user), membership(user)
    mine = Q(assignment__client_id=member.client_id) if member else Q(pk__in=[])
    if worker:
        of_team = Q(engagement__worker=worker) | Q(engagement__worker__in=employees(worker.pk).values("pk"))
        mine |= of_team & Q(engagement_id=F("assignment__engagement_id"), is_private=False)
    newest = readable.filter(mine).order_by().values("assignment").annotate(last=Max("pk")).values("last")
    found = (
        Message.objects.filter(pk__in=newest)
        .select_related("assignment", "author")
        .annotate(file_count=_files())
        .order_by("-sent_at", "-id")
    )
    waiting = unread_once(user)
    rows = list(found[:PAGE])
    return [
        Thread(one, waiting[one.assignment_id].count if one.assignment_id in waiting else 0) for one in rows
    ]


def _files() -> Any:
    files = MessageFile.objects.filter(message=OuterRef("pk")).order_by().values("message")
    return Coalesce(Subquery(files.annotate(n=Count("pk")).values("n")[:1]), 0)


def readable(view: Sight, message: Message) -> bool:
    """Whether somebody with this sight of the assignment may read that message: the rule of queries.thread."""
    if "messages" not in view:
        return False
    if view.side == "client":
        return True
    is_own_time = view.side != "worker" or message.engagement_id == message.assignment.engagement_id
    return is_own_time and not message.is_private


def message_file(user: User, uuid: Any) -> MessageFile:
    """A file of a message that the person may read. Raises MessageFile.DoesNotExist."""
    found = MessageFile.objects.select_related("message__assignment__client").get(uuid=uuid)
    row = found.message.assignment
    if not found.file or not readable(sight(standing(user, row), row), found.message):
        raise MessageFile.DoesNotExist
    return found


def of_page(rows: "QuerySet[Message]", before: int | None, size: int) -> tuple[list[Message], int | None]:
    """One page of a thread, newest first, with files; and the id to go on before, None on the last one."""
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.prefetch_related("files").order_by("-pk")[: size + 1])
    return found[:size], found[size - 1].pk if len(found) > size else None
