"""What becomes of extra work ordered on site when nobody answers: chosen by the client beforehand (mission.md N3)."""

from django.db import models
from django.db.models import Q

SOONEST_MINUTES, LATEST_MINUTES = 10, 72 * 60
"""The time to answer: at least ten minutes, so that a person can; at most three days, as the link in the mail."""
ANSWER_TIMES = [
    (15, "15 minutes"),
    (30, "30 minutes"),
    (60, "1 hour"),
    (120, "2 hours"),
    (240, "4 hours"),
    (480, "8 hours"),
    (1440, "24 hours"),
    (4320, "72 hours"),
]
"""The times that forms offer, in minutes."""


class ChangeAnswer(models.TextChoices):
    DECLINE = "decline", "It is declined"
    APPROVE = "approve", "It is approved up to an amount"


class ChangeDefault(models.Model):
    """The answer that silence gives. The limit is in worker pay, so that both sides may read it (decisions.md D20)."""

    change_answer = models.CharField(
        "extra work that nobody answers", max_length=8, choices=ChangeAnswer, default=ChangeAnswer.DECLINE
    )
    change_limit_minor = models.BigIntegerField("extra work approved unanswered up to", default=0)
    change_minutes = models.PositiveSmallIntegerField("minutes to answer extra work", default=120)

    class Meta:
        abstract = True


def change_default_constraints(prefix: str, unset: Q | None = None) -> list[models.CheckConstraint]:
    """A limit belongs to "approve" and only to it; the time is one that a person can keep. `unset`: or none of it."""
    answer = Q(change_answer=ChangeAnswer.DECLINE, change_limit_minor=0) | Q(
        change_answer=ChangeAnswer.APPROVE, change_limit_minor__gt=0
    )
    chosen = answer & Q(change_minutes__range=(SOONEST_MINUTES, LATEST_MINUTES))
    return [
        models.CheckConstraint(condition=chosen | unset if unset else chosen, name=f"{prefix}_change_default")
    ]


CHANGE_COLUMNS = ("change_answer", "change_limit_minor", "change_minutes")
