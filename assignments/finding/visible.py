"""Which of some found rows this worker may see, and wants to: asked of visibility, for a few rows at a time."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from assignments.models import Assignment, MarkKind, WorkerMark
from assignments.states import State
from assignments.visibility import open_to_worker
from clients.models import Member
from workers.models import Worker


def visible(worker: Worker, ids: Iterable[int], *, with_hidden: bool = False) -> set[int]:
    """Those that open for the worker, are of another company, and are not hidden by the worker. One query."""
    own = Member.objects.filter(client=OuterRef("client"), user=worker.user_id)
    hidden = WorkerMark.objects.filter(assignment=OuterRef("pk"), worker=worker, kind=MarkKind.HIDDEN)
    rows = Assignment.objects.filter(pk__in=list(ids), state=State.SENT).filter(open_to_worker(worker.pk))
    rows = rows.exclude(Exists(own))
    if not with_hidden:
        rows = rows.exclude(Exists(hidden))
    return set(rows.values_list("pk", flat=True))
