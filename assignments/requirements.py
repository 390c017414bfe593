"""How workers stand to what an assignment asks of them (domain.md 3.4): for the door, the pages and the search."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from django.db.models import Exists, OuterRef, Q, QuerySet

from assignments import scorecard
from assignments.models import Assignment, AssignmentRequirement, RequirementOverride
from assignments.scorecard import NONE, Scorecard
from assignments.visibility import open_to_worker
from clients.requirements import Mark, Score, judge, met_q, named, standings, told, words_of
from common.beside import Rows, columns, revived
from common.errors import Invalid
from workers.models import Skill, Worker

__all__ = [
    "Mark", "asked_words", "asks", "lacks", "marks", "marks_of", "own_marks", "qualified_q", "require_known",
    "require_met", "score", "standing_to", "unmet",
]  # fmt: skip

Lines: TypeAlias = Sequence[AssignmentRequirement]


def lines_of(row: Assignment) -> list[AssignmentRequirement]:
    """What the assignment asks, with what each line names."""
    return list(named(AssignmentRequirement.objects.filter(assignment=row)))


LINE = (
    *columns(AssignmentRequirement), "credential__id", "credential__kind", "credential__name", "agreement__id",
    "agreement__title", "test__id", "test__name", "pool__id", "pool__name", "pool__visibility", "pool__is_active",
)  # fmt: skip
"""What `clients.requirements.named` loads, as far as `judge` and `words_of` read it."""


def line_rows() -> Rows:
    """The lines beside rows of Assignment, to be revived."""
    own = AssignmentRequirement.objects.filter(assignment=OuterRef("pk"))
    return Rows(own.order_by("position", "id"), LINE)


def skill_rows() -> Rows:
    """The asked skills beside rows of Assignment, in the same way."""
    return Rows(Skill.objects.filter(assignments=OuterRef("pk")).order_by("name"), columns(Skill))


def with_lines(rows: "QuerySet[Assignment]", worker: Worker) -> "QuerySet[Assignment]":
    """The rows with what `marks_of` this worker reads of them."""
    given = RequirementOverride.objects.filter(assignment=OuterRef("pk"), worker=worker)
    return rows.annotate(line_rows=line_rows(), is_spared=Exists(given))


def marks(row: Assignment, workers: Iterable[Worker], lines: Lines | None = None) -> dict[int, list[Mark]]:
    """Each worker's standing to each requirement, by worker id, as the client reads it: a constant number of queries.

    The worker reads `own_marks`, which leave out what is the client's secret. `lines`: where they are read already.
    """
    ids = [worker.pk for worker in workers]
    lines = lines_of(row) if lines is None else lines
    found = judge(lines, ids)
    if lines:
        given = RequirementOverride.objects.filter(assignment=row, worker__in=ids)
        for pk in given.values_list("worker_id", flat=True):
            found[pk] = [mark if mark.met else replace(mark, overridden=True) for mark in found[pk]]
    return found


def asked_words(row: Assignment, *, to_others: bool = False, lines: Lines | None = None) -> list[str]:
    """What is asked, in words; `to_others` naming public pools only. `lines` as in `marks`."""
    asked = lines_of(row) if lines is None else lines
    return [words_of(line, to_others=to_others) for line in asked]


def own_marks(row: Assignment, worker: Worker, lines: Lines | None = None) -> list[Mark]:
    """The same for one worker, as this worker may read it."""
    return told(marks(row, [worker], lines)[worker.pk])


def marks_of(worker: Worker, rows: Collection[Assignment]) -> dict[int, list[Mark]]:
    """One worker's standing to each of many rows of `with_lines`, by assignment id, as this worker may read it: a
    constant number of queries, none where nothing is asked."""
    found: dict[int, list[Mark]] = {row.pk: [] for row in rows}
    lines = [revived(AssignmentRequirement, one) for row in rows for one in row.line_rows]  # type: ignore[attr-defined]
    spared = {row.pk for row in rows if row.is_spared}  # type: ignore[attr-defined]
    for line, mark in zip(lines, judge(lines, [worker.pk])[worker.pk], strict=True):
        is_spared = line.assignment_id in spared and not mark.met
        found[line.assignment_id].append(replace(mark, overridden=True) if is_spared else mark)
    return {pk: told(some) for pk, some in found.items()}


def standing_to(row: Assignment, worker: Worker | None, lines: Lines | None = None) -> dict[str, Any]:
    """For templates: the requirements as this worker stands to them, and whether any stands in the way."""
    found = own_marks(row, worker, lines) if worker else []
    return {"marks": found, "is_barred": any(not mark.counts for mark in found)}


def unmet(row: Assignment, worker: Worker) -> list[Mark]:
    """What stands in this worker's way, as the worker may read it; empty for somebody who may apply."""
    return [mark for mark in own_marks(row, worker) if not mark.counts]


def require_met(row: Assignment, worker: Worker) -> None:
    """Asked by each way of taking work, under its lock. Raises Invalid, which names what is missing."""
    missing = unmet(row, worker)
    if missing:
        words = "; ".join(mark.words for mark in missing)
        raise Invalid(f"You do not meet everything that this client asks yet: {words}.")


def lacks(row: Assignment, workers: Iterable[Worker]) -> dict[int, list[str]]:
    """What each of these workers does not meet, in words for the client, by worker id."""
    return {
        pk: [mark.words for mark in found if not mark.counts] for pk, found in marks(row, workers).items()
    }


def require_known(row: Assignment, worker: Worker, *, is_known: bool) -> list[str]:
    """Asked by each way in which the client chooses a worker, under its lock (domain.md T4). Returns what is not met.

    Raises Invalid at field "anyway" unless the client said to know it.
    """
    missing = lacks(row, [worker])[worker.pk]
    if missing and not is_known:
        words = "; ".join(missing)
        raise Invalid(
            f"{worker} does not meet all that you ask: {words}. Tick that you assign all the same.", "anyway"
        )
    return missing


def qualified_q(worker: Worker) -> Q:
    """Rows of Findable or Assignment whose requirements this worker meets, or need not meet.

    What the worker has is read once; a row then costs one look into the index of its lines, and a second one only
    where a line is not met.
    """
    lacking = AssignmentRequirement.objects.filter(assignment=OuterRef("pk"))
    given = RequirementOverride.objects.filter(assignment=OuterRef("pk"), worker=worker.pk)
    return ~Exists(lacking.exclude(met_q(standings([worker.pk])[worker.pk]))) | Exists(given)


def asks(worker_id: int, lines: Q) -> bool:
    """Whether an assignment that the worker may open asks for lines of this kind, for clients.requirements."""
    rows = AssignmentRequirement.objects.filter(lines).values("assignment")
    return Assignment.objects.filter(open_to_worker(worker_id), pk__in=rows).exists()


def score(held: Mapping[str, Any]) -> Score:
    """The figures that requirements speak of, for clients.requirements: of a worker read with scorecard.beside."""
    return _score(scorecard.read(held))


def _score(card: Scorecard) -> Score:
    """On time of the last months, or of all time for somebody who rested (as best match counts it)."""
    recent = card.recent.on_time
    on_time = recent if recent.counted else card.all_time.on_time or NONE
    liked = card.all_time.satisfaction
    return Score(
        (liked.good, liked.counted),
        (on_time.good, on_time.counted),
        card.recent.cancelled,
        card.all_time.abandoned,
    )
