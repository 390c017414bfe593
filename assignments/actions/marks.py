"""A worker saves an assignment for later, or hides it: personal notes, no part of the assignment's history."""

from django.db import transaction

from assignments.models import Assignment, MarkKind, WorkerMark
from assignments.states import State
from assignments.visibility import open_to_worker
from common import clock
from workers.models import Worker


def mark(worker: Worker, pk: int, kind: MarkKind) -> None:
    """Save or hide open work; the newer mark counts. Raises Assignment.DoesNotExist for what the worker may not see."""
    with transaction.atomic():
        row = Assignment.objects.filter(open_to_worker(worker.pk), state=State.SENT).get(pk=pk)
        WorkerMark.objects.update_or_create(
            worker=worker,
            assignment=row,
            defaults={
                "kind": kind,
                "title": row.title,
                "industry": row.industry,
                "marked_at": clock.now(),
            },
        )


def unmark(worker: Worker, pk: int, kind: MarkKind) -> None:
    """Take the own mark away. One that is not there is gone already."""
    WorkerMark.objects.filter(worker=worker, assignment=pk, kind=kind).delete()
