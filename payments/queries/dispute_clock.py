"""What comes next in a dispute, in words and with its instant, for both sides and for Onsite (domain.md 5.2)."""

from dataclasses import dataclass
from datetime import datetime

from payments import deadlines, sealing
from payments.models import Dispute
from payments.states import ASKED, UNDECIDED, DisputeState, Side
from timeline.models import Entry

USUAL = (
    (DisputeState.OPEN, "Opened"),
    (DisputeState.IN_THREAD, "Asked on the assignment"),
    (DisputeState.WITH_MANAGER, "Asked the managers"),
    (DisputeState.WITH_ACCOUNT, "Asked the whole account"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: when it was, or when it will be unless something else happens; None where nobody can know."""

    name: str
    at: datetime | None
    is_done: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """`next` is one sentence for this reader; `at` the instant it speaks of."""

    steps: list[Step]
    next: str
    at: datetime | None


def clock_of(dispute: Dispute, side: str) -> Clock:
    """For the reader of one side ("client", "worker"; anything else for Onsite)."""
    steps = _small(dispute) if dispute.is_small else _usual(dispute)
    sentence, at = _next(dispute, side)
    return Clock([*steps, *_end(dispute)], sentence, at)


def _usual(dispute: Dispute) -> list[Step]:
    """The steps every 48 hours. An answer ends them, so those that did not come are left out."""
    asked = _asked_at(dispute)
    found = [Step("Opened", dispute.opened_at, True)]
    due = dispute.step_due_at if dispute.state in ASKED else None
    for state, name in USUAL[1:]:
        if state in asked:
            found.append(Step(name, asked[state], True))
        elif due is not None and dispute.answered_at is None:
            found.append(Step(name, due, False))
            due += deadlines.STEP
    if dispute.answered_at:
        found.append(Step("Answered", dispute.answered_at, True))
        found.sort(key=lambda one: one.at or dispute.opened_at)
    return found


def _asked_at(dispute: Dispute) -> dict[str, datetime]:
    entries = Entry.objects.filter(
        subject_type="assignment",
        subject_id=dispute.assignment_id,
        kind="dispute.stepped",
        at__gte=dispute.opened_at,
    )
    return {str(one.facts.get("step")): one.at for one in entries}


def _small(dispute: Dispute) -> list[Step]:
    is_open = dispute.figures_opened_at is not None
    found = [
        Step("Opened as a small claim", dispute.opened_at, True),
        Step(
            "Figures opened" if is_open else "Figures are opened, at the latest",
            dispute.figures_opened_at
            or (dispute.step_due_at if dispute.state == DisputeState.FIGURES else None),
            is_open,
        ),
    ]
    return found if is_open or dispute.state == DisputeState.FIGURES else found[:1]


def _end(dispute: Dispute) -> list[Step]:
    if dispute.state in (DisputeState.CLOSED, DisputeState.WITHDRAWN, DisputeState.SETTLED):
        return [Step(str(dispute.get_state_display()), dispute.closed_at, True)]
    found = []
    if dispute.state in UNDECIDED:
        at = dispute.answer_due_at if dispute.answered_at or dispute.state == DisputeState.NAMED else None
        found.append(Step("Decision", at if dispute.state != DisputeState.FIGURES else None, False))
        return found
    found.append(Step("Decision", dispute.ruled_at or dispute.closed_at, True))
    if dispute.appealed_at:
        found.append(Step("Appealed", dispute.appealed_at, True))
        found.append(Step("Decision of the appeal", dispute.closed_at, dispute.closed_at is not None))
    else:
        found.append(Step("Final", dispute.closed_at or dispute.appeal_until, dispute.closed_at is not None))
    return found


def _next(dispute: Dispute, side: str) -> tuple[str, datetime | None]:
    match dispute.state:
        case DisputeState.FIGURES:
            return _figures(dispute, side), dispute.step_due_at
        case DisputeState.NAMED:
            name = dispute.assignee or "Onsite"
            return (
                f"{name} of Onsite decides. Without a decision, another admin is named.",
                dispute.step_due_at,
            )
        case DisputeState.RULED:
            return (
                "Either side can appeal once. Without an appeal the decision is carried out.",
                dispute.appeal_until,
            )
        case DisputeState.APPEALED:
            words = "Another admin decides the appeal, and that decision is final. Both sides can add a statement."
            return words, dispute.answer_due_at
        case state if state in ASKED:
            return _asked(dispute, side)
    return "", None


def _figures(dispute: Dispute, side: str) -> str:
    given = sealing.given(dispute)
    if side not in (Side.CLIENT, Side.WORKER):
        return f"{len(given)} of 2 figures are given. They are sealed: nobody can read them, admins neither."
    if side in given:
        return "You gave your figure. If the other side gives none, yours holds."
    return "Give your figure. If you give none, the figure of the other side holds."


def _asked(dispute: Dispute, side: str) -> tuple[str, datetime | None]:
    if dispute.answered_at:
        return "Both sides were heard. Onsite decides next.", dispute.answer_due_at
    if dispute.state == DisputeState.WITH_ACCOUNT:
        return "Onsite decides, also without an answer.", dispute.answer_due_at
    who = "Say your side." if side not in ("", dispute.side) else "Waiting for the other side."
    return f"{who} Without an answer, Onsite goes one step further.", dispute.answer_due_at
