"""The label history in words: set when and by which rule, cleared when and why; for labels that the reader may see."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from assignments.kinds import KINDS
from assignments.labels import LABELS
from assignments.models import CustomLabel, LabelEvent
from assignments.queries import Seen
from assignments.states import State

RULES: Final[dict[tuple[str, int], str]] = {
    ("late", 1): "Check-in was due and was not made",
    ("late_deliverables", 1): "Files were due and not all were there",
    ("not_confirmed", 1): "Confirmation was due and was not given",
    ("expired", 1): "The start passed without a worker",
}
"""What each version of a rule looked at. A version that changes gets a line more: what it once meant stays readable."""
ENDED: Final[dict[str, str]] = {
    "assignment.delivered": "All files were given",
    "assignment.checked_in_for": "Checked in by the client",
    "assignment.check_in_edited": "A visit was corrected",
    "assignment.reschedule_accepted": "A new date was accepted",
    "assignment.edited": "It was edited",
    "assignment.site_edited": "It was edited",
}
"""Where the title of the entry that ended a label would not say why."""


@dataclass(frozen=True, slots=True)
class Span:
    """One line of the history; `cleared_at` is None while the label holds."""

    text: str
    kind: str
    icon: str
    set_at: datetime
    set_how: str
    cleared_at: datetime | None
    cleared_why: str
    note: str = ""
    pk: int = 0
    may_remove: bool = False


def spans(view: Seen) -> list[Span]:
    """Newest first. A worker reads those of the own time (decisions.md D10)."""
    found = [*_by_rule(view), *_own(view)]
    return sorted(found, key=lambda span: span.set_at, reverse=True)


def _by_rule(view: Seen) -> list[Span]:
    side = "worker" if view.side == "worker" else "client"
    keys = [key for key, label in LABELS.items() if side in label.seen_by]
    rows = LabelEvent.objects.filter(assignment_id=view.row.pk, label__in=keys)
    if view.side == "worker":
        rows = rows.filter(set_at__gte=view.row.assigned_at)
    return [
        Span(
            text=LABELS[row.label].text,
            kind=LABELS[row.label].kind,
            icon=LABELS[row.label].icon,
            set_at=row.set_at,
            set_how=f"{RULES[row.label, row.rule_version]} (rule {row.rule_version})",
            cleared_at=row.cleared_at,
            cleared_why=why_words(row.cleared_why),
        )
        for row in rows
    ]


def why_words(why: str) -> str:
    """What ended a label: the words of an entry's kind, or of a stage."""
    if why in ENDED:
        return ENDED[why]
    if why in KINDS:
        return KINDS[why].title
    return f"The stage became {State(why).label}" if why in State.values else ""


def _own(view: Seen) -> list[Span]:
    rows = CustomLabel.objects.filter(assignment_id=view.row.pk).select_related("added_by", "removed_by")
    if view.side != "client":
        rows = rows.filter(is_shown_to_worker=True)
    if view.side == "worker":
        rows = rows.exclude(removed_at__lt=view.row.assigned_at)
    return [_own_span(row, view) for row in rows]


def _own_span(row: CustomLabel, view: Seen) -> Span:
    is_client = view.side == "client"
    why = f"Removed by {row.removed_by}" if row.removed_by else ""
    if is_client and row.removed_why:
        why = f"{why}: {row.removed_why}"
    return Span(
        text=row.text,
        kind="info",
        icon="tag",
        set_at=row.added_at,
        set_how=f"Set by {row.added_by}",
        cleared_at=row.removed_at,
        cleared_why=why,
        note=row.note if is_client else "",
        pk=row.pk,
        may_remove=row.removed_at is None and "remove_label" in view.verbs,
    )
