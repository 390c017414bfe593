"""The fault record follows the history: one hook of the door, in the transaction of the act or of the timer (N5)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from assignments.fault_causes import Logged
from assignments.fault_rules import CONTEST_WITHIN, START, Attribution, attribute, kind_of, replay
from assignments.fault_states import LEAVING, PARTY_WORDS, FaultKind, Party
from assignments.models import Assignment, Engagement, FaultEntry
from timeline.facts import revived
from timeline.models import Entry

ENDS = frozenset({"assignment.backed_out", "assignment.unassigned", "assignment.cancelled"})


def told(kind: str, facts: dict[str, Any], before: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The facts of an entry with what the rules need of the row as it was before: nothing that is to be looked up
    later, when dates may have moved."""
    if kind == "assignment.late":
        return {**facts, "due_at": before["late_from_at"]}
    if kind == "assignment.deliverables_late":
        return {**facts, "due_at": before["deliverables_due_at"]}
    if kind == "assignment.checked_in" and before["first_check_in_at"] is None:
        return _if_late(facts, before["late_from_at"], now)
    if kind == "assignment.delivered" and not before["deliverables_fulfilled"]:
        return _if_late(facts, before["deliverables_due_at"], now)
    if kind in ENDS and before["engagement_id"]:
        has_arrived = before["first_check_in_at"] is not None
        return {**facts, "start_at": before["start_at"], "has_arrived": has_arrived}
    return facts


def _if_late(facts: dict[str, Any], due_at: datetime | None, now: datetime) -> dict[str, Any]:
    return {**facts, "due_at": due_at} if due_at is not None and now > due_at else facts


def follow(entry: Entry, row: Assignment, before: Mapping[str, Any]) -> FaultEntry | None:
    """Record what the rules say of an entry just written, for the worker who was on it before. Idempotent."""
    event, engagement_id = logged(entry), before["engagement_id"]
    if engagement_id is None or kind_of(event) is None:
        return None
    said = attribute(_log(entry))
    if said is None or _is_known(engagement_id, said):
        return None
    fault = FaultEntry.objects.create(
        assignment=row,
        engagement_id=engagement_id,
        source=entry,
        evidence=list(said.entries),
        kind=said.kind,
        party=said.party,
        rule=said.rule.key,
        rule_version=said.rule.version,
        sentence=said.rule.words,
        at=said.at,
        due_at=said.due_at,
        contest_until=said.at + CONTEST_WITHIN,
    )
    mark(engagement_id)
    return fault


def _is_known(engagement_id: int, said: Attribution) -> bool:
    """What came late was told already by the clock, or by the late act."""
    if said.due_at is None:
        return False
    mine = FaultEntry.objects.filter(engagement_id=engagement_id, kind=said.kind)
    return mine.filter(due_at=said.due_at).exists()


def mark(engagement_id: int) -> None:
    """Keep on the engagement whose its faults are, for the figures (scorecard.py, company_rules.py)."""
    marks = {"late_fault": "", "files_fault": "", "left_fault": ""}
    for fault in FaultEntry.objects.filter(engagement_id=engagement_id).order_by("pk"):
        name = MARKS.get(FaultKind(fault.kind))
        if name:
            marks[name] = fault.mark
    Engagement.objects.filter(pk=engagement_id).update(**marks)


MARKS: dict[FaultKind, str] = {
    FaultKind.LATE: "late_fault",
    FaultKind.FILES: "files_fault",
    **dict.fromkeys(LEAVING, "left_fault"),
}
"""Which column of the engagement a kind belongs to; the newest entry of several counts."""


def logged(entry: Entry) -> Logged:
    return Logged(entry.pk, entry.kind, entry.role, entry.at, revived(entry.facts))


def _log(entry: Entry) -> list[Logged]:
    """The history of this worker's time up to and with the entry."""
    mine = Entry.objects.filter(
        subject_type=entry.subject_type, subject_id=entry.subject_id, sequence__lt=entry.sequence
    )
    start = mine.filter(kind=START).order_by("-sequence").values_list("sequence", flat=True).first()
    since = mine.filter(sequence__gte=start or 0).order_by("sequence")
    return [*map(logged, since), logged(entry)]


def replayed(entries: Iterable[Entry]) -> list[Attribution]:
    """What the rules say of a whole history (an assignment's entries by sequence), without looking at the record."""
    return replay(map(logged, entries))


def in_mail(fault: FaultEntry | None) -> dict[str, Any]:
    """For the notice of the event: what was recorded, and until when it can be contested. Empty for no record."""
    if fault is None or fault.party not in (Party.WORKER, Party.CLIENT):
        return {}
    said = {"number": fault.number, "whose": PARTY_WORDS[fault.party], "sentence": fault.sentence}
    return {"fault": {**said, "until": fault.contest_until, "url": f"/faults/{fault.pk}/"}}
