"""The ratings of one assignment as a side may read them: the own one, and the other's once it is revealed."""

from dataclasses import dataclass

from assignments import blind, deadlines
from assignments.forms.rating import ANSWERS, MARKS
from assignments.models import Rating
from assignments.queries import Seen
from assignments.receipts import GRADE_KINDS
from assignments.states import Grade, State
from common import when

HIDDEN = "It stays hidden until both sides have rated, or until it is Paid."
SHOWN_IN = frozenset({State.IN_PROGRESS, State.PENDING_APPROVAL, State.APPROVED, State.PAID})


@dataclass(frozen=True, slots=True)
class Given:
    """One rating in words; `grade` is empty where there is none to read, and `note` says why."""

    title: str
    grade: str = ""
    kind: str = ""
    marks: tuple[tuple[str, str], ...] = ()
    text: str = ""
    note: str = ""


def box(view: Seen) -> list[Given]:
    """The own rating and the other side's, in this order; empty where nobody rates. One query."""
    row = view.row
    if view.side not in Rating.Side.values or row.state not in SHOWN_IN or row.engagement is None:
        return []
    rows = {each.side: each for each in blind.readable(view.side).filter(engagement=row.engagement)}
    other = Rating.Side.WORKER if view.side == Rating.Side.CLIENT else Rating.Side.CLIENT
    if view.side == Rating.Side.WORKER and row.state not in (State.APPROVED, State.PAID):
        return []
    name = str(row.worker) if other == Rating.Side.WORKER else row.client.name
    mine, theirs = rows.get(Rating.Side(view.side)), rows.get(other)
    return [
        _given("Your rating", mine, _mine_note(view, mine, theirs)),
        _given(f"Rating by {name}", theirs, "" if theirs else _theirs_note(view, other)),
    ]


def _mine_note(view: Seen, mine: Rating | None, theirs: Rating | None) -> str:
    verb = "rate_worker" if view.side == Rating.Side.CLIENT else "rate_client"
    if mine is None:
        return "You have not rated yet." if verb in view.verbs else "You gave no rating."
    if theirs is not None or view.row.paid_at:
        return "Final."
    return "You can change it until both sides have rated, or until it is Paid."


def _theirs_note(view: Seen, other: Rating.Side) -> str:
    row = view.row
    if not row.paid_at:
        return HIDDEN
    last = row.paid_at + deadlines.RATE_AFTER_PAID
    if other == Rating.Side.WORKER and view.now <= last:
        day = when.day(last.astimezone(when.zone(row.time_zone)).date())
        return f"None yet. The worker may rate until {day}."
    return "None was given."


def _given(title: str, rating: Rating | None, note: str) -> Given:
    if rating is None:
        return Given(title, note=note)
    grade = Grade(rating.grade)
    marks = [(label, Grade(value).label) for name, label in MARKS.items() if (value := getattr(rating, name))]
    questions = {**ANSWERS, "paid_in_time": "Paid in time?"}
    answers = [
        (label, Rating.Answer(value).label)
        for name, label in questions.items()
        if (value := getattr(rating, name))
    ]
    pairs = tuple((str(label), str(value)) for label, value in (*marks, *answers))
    return Given(title, str(grade.label), GRADE_KINDS[grade], pairs, rating.text, note)
