"""The workers ticked on a draft: who they are, and which of them can still be invited when it is sent."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from assignments import candidates
from assignments.models import Assignment
from clients.blocks import set_by
from clients.models import BlockSide, Member
from workers.models import Worker

TAKES_NONE = "takes no new work at present"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A ticked worker who cannot be invited now, and why: "takes no new work at present"."""

    worker: Worker
    reason: str

    @property
    def sentence(self) -> str:
        return f"{self.worker} is not invited: {self.reason}."


def ticked(row: Assignment) -> "QuerySet[Worker]":
    """The workers kept with the draft, by name."""
    return named(row.draft_invitees.values_list("worker_id", flat=True))


def named(ids: Iterable[int]) -> "QuerySet[Worker]":
    """These workers by name, whether or not they can be invited."""
    return Worker.objects.filter(pk__in=list(ids)).select_related("user").order_by("user__name", "id")


def sort_out(client_id: int, workers: Iterable[Worker]) -> tuple[list[Worker], list[LeftOut]]:
    """(those who can be invited, those who cannot). Who can is asked of candidates.py alone. Two queries at most."""
    given = list(dict.fromkeys(workers))
    if not given:
        return [], []
    able = set(candidates.chosen(client_id, [worker.pk for worker in given]).values_list("pk", flat=True))
    others = [worker for worker in given if worker.pk not in able]
    own = _own_people(client_id, others)
    left_out = [LeftOut(worker, _reason(client_id, worker, own)) for worker in others]
    return [worker for worker in given if worker.pk in able], left_out


def _own_people(client_id: int, workers: list[Worker]) -> set[int]:
    if not workers:
        return set()
    people = Member.objects.filter(client_id=client_id, user__in=[worker.user_id for worker in workers])
    return set(people.values_list("user_id", flat=True))


def _reason(client_id: int, worker: Worker, own: set[int]) -> str:
    if worker.user_id in own:
        return "belongs to your own company"
    if not worker.user.is_active:
        return "does not use Onsite any more"
    if not worker.is_available:
        return TAKES_NONE
    if set_by(BlockSide.CLIENT, client_id, worker.pk):
        return "is blocked by your company"
    return TAKES_NONE  # a worker who blocked the company reads like one who takes no work of anybody
