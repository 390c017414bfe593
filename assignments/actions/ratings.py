"""Ratings, both ways and double-blind: the rules of reading and changing are in assignments/blind.py."""

from dataclasses import dataclass

from accounts.models import User
from assignments import blind
from assignments.actions.door import Change, change
from assignments.models import Rating
from assignments.states import Grade
from common.errors import AlreadyDone, Conflict, Invalid


@dataclass(frozen=True, slots=True)
class Marks:
    """What a client marks beside the grade; "" is no mark."""

    quality: str = ""
    professionalism: str = ""
    communication: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a worker answers beside the grade: "yes", "no", or "" for no answer."""

    site_ready: str = ""
    scope_true: str = ""
    paid_in_time: str = ""


def rate_worker(pk: int, *, actor: User, grade: str, text: str = "", marks: Marks | None = None) -> None:
    """The client's rating, from In Progress on; final when Paid or when the worker has rated too.

    Raises Invalid for an unknown grade or mark, Conflict when it is final.
    """
    marks = marks or Marks()
    more = {name: getattr(marks, name) for name in Rating.MARKS}
    _check(more, Grade.values)
    with change(pk, "rate_worker", actor=actor) as opened:
        _rate(opened, Rating.Side.CLIENT, actor, {"grade": grade, "text": text, **more})


def rate_client(pk: int, *, actor: User, grade: str, text: str = "", answers: Answers | None = None) -> None:
    """The worker's rating: from Approved until 14 days after Paid; after Paid it is given once. It is a row beside
    the assignment, which itself stays as it is (D6). Raises like `rate_worker`."""
    answers = answers or Answers()
    more = {name: getattr(answers, name) for name in Rating.ANSWERS}
    _check(more, Rating.Answer.values)
    with change(pk, "rate_client", actor=actor) as opened:
        _rate(opened, Rating.Side.WORKER, actor, {"grade": grade, "text": text, **more})


def _check(given: dict[str, str], known: list[str]) -> None:
    for name, value in given.items():
        if value and value not in known:
            raise Invalid("Choose one of the answers.", name)


def _rate(opened: Change, side: Rating.Side, actor: User, values: dict[str, str]) -> None:
    row = opened.row
    if values["grade"] not in Grade.values:
        raise Invalid("Choose a grade.", "grade")
    if row.engagement is None:
        raise Conflict("Nobody is assigned.")
    final = blind.final_because(row, side)
    if final and Rating.objects.filter(engagement=row.engagement, side=side, author=actor, **values).exists():
        raise AlreadyDone("Your rating is saved already.")
    if final:
        raise Conflict(final)
    _, is_new = Rating.objects.update_or_create(
        engagement=row.engagement,
        side=side,
        defaults={"assignment": row, "author": actor, "given_at": opened.now, **values},
    )
    opened.record("assignment.rated", visibility=side, changed=not is_new)
    if Rating.objects.filter(engagement=row.engagement).exclude(side=side).exists():
        opened.record("assignment.ratings_revealed")
