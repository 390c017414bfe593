"""Double-blind ratings: who may read one, which one counts, and until when it can be changed (domain.md 6.2, 6.3).

Neither side reads the other's rating before both have rated, or the work is Paid. A rating counts on a card only
when both sides rated. It is final once the other side can read it; the worker may still give one until 14 days
after Paid (decisions.md D6). This module is the one place of these rules: pages and figures ask here.
"""

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet

from assignments.models import Assignment, Rating
from assignments.states import State
from common.conditions import flag

FINAL = "Your rating is final."


def is_answered() -> Exists:
    """The other side has rated too (rows of Rating)."""
    mine = Rating.objects.filter(engagement=OuterRef("engagement"))
    return Exists(mine.exclude(side=OuterRef("side")))


def is_revealed() -> Q:
    """The other side may read it (rows of Rating)."""
    is_paid = Q(assignment__state=State.PAID, assignment__engagement=F("engagement"))
    return Q(is_answered()) | is_paid


def readable(side: str) -> "QuerySet[Rating]":
    """The ratings that a side of their assignment may read: the own ones, and the other's once revealed."""
    return Rating.objects.filter(Q(side=side) | is_revealed())


def is_final(side: str) -> Case:
    """Whether a side's rating can no longer be changed (rows of Assignment): `final_because` as a column."""
    given = Rating.objects.filter(engagement=OuterRef("engagement"))
    is_given = Q(Exists(given.filter(side=side)))
    is_open = ~Q(Exists(given.exclude(side=side))) & Q(paid_at__isnull=True)
    return flag(is_given & ~is_open)


def final_because(row: Assignment, side: str) -> str:
    """Why a side's rating of the present engagement cannot be changed any more; "" while it can, or is not given."""
    given = set(Rating.objects.filter(engagement=row.engagement).values_list("side", flat=True))
    if side not in given:
        return ""
    return FINAL if len(given) == len(Rating.Side) or row.paid_at else ""
