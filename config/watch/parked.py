"""The list of rows whose timer failed: kept by what the timers say (common/parking.py)."""

import re
import traceback
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.db import IntegrityError, models, transaction
from django.db.models import F, QuerySet
from django.utils.translation import ngettext

from common import clock, logs
from config.models import Parked

ROOT: Final = str(Path(__file__).resolve().parents[2])
FRAMES: Final = 12
KEPT_FOR: Final = timedelta(days=90)

UNTIL: Final[dict[str, str]] = {
    "accounts.dataexport": "parked_until",
    "accounts.erasure": "parked_until",
    "assignments.assignment": "parked_until",
    "assignments.faultentry": "parked_until",
    "assignments.recurrence": "parked_until",
    "assignments.savedsearch": "due_at",
    "assignments.upload": "parked_until",
    "payments.autowithdrawal": "parked_until",
    "payments.collection": "next_try_at",
    "payments.dispute": "parked_until",
    "payments.invoice": "next_try_at",
    "payments.smallpayment": "next_try_at",
    "payments.withdrawal": "next_try_at",
}
"""The column that keeps each kind of row waiting. Kinds that are not here are tried by every sweep anyway."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What an error usually means, in words for whoever looks after the portal."""

    pattern: re.Pattern[str]
    words: str


ADVICE: Final = (
    Advice(
        re.compile(r"^(OperationalError|InterfaceError|.*Timeout|QueryCanceled|LockNotAvailable)"),
        "The database was slow, busy or away. Such a row usually succeeds at its next try; if many rows say so, "
        "look at the database first.",
    ),
    Advice(
        re.compile(r"^(IntegrityError|CheckViolation|UniqueViolation)"),
        "A rule of the database refused the change, so nothing of it was saved. Trying again helps only after the "
        "row that it names was put right.",
    ),
    Advice(
        re.compile(r"^(ConnectionError|OSError|TimeoutError|URLError|SMTP)"),
        "Another service (mail, payment provider, scanner, disk) did not answer. Try again once it does.",
    ),
    Advice(
        re.compile(r"^(InsufficientFunds|Unbalanced)"),
        "The books refused the movement: an account would have gone below zero. Look at the company's funds first.",
    ),
)
OTHERWISE: Final = (
    "The program met something that it does not expect. Nothing of the step was saved. Keep the lines below for "
    "whoever repairs it; trying again helps only if the cause has gone."
)


def keep(model: type[models.Model], pk: int, error: BaseException, until: datetime) -> None:
    """Remember one failure of one row: the newest error, how often in all, and when it is tried next."""
    label, now = model._meta.label_lower, clock.now()
    told = {
        "task": logs.bound().get("task", "")[:100],
        "error": logs.masked(f"{type(error).__name__}: {error}".split("\n", 1)[0])[:500],
        "trace": trace(error),
        "at": now,
        "until": until,
    }
    with transaction.atomic():
        rows = Parked.objects.filter(model=label, subject_id=pk)
        if rows.update(**told, times=F("times") + 1):
            return
        try:
            with transaction.atomic():
                Parked.objects.create(model=label, subject_id=pk, first_at=now, **told)
        except IntegrityError:  # another process noted it first
            rows.update(**told, times=F("times") + 1)


def trace(error: BaseException) -> str:
    """Where it happened: file, line and function, the last ones; never the values, which could be anybody's."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return "\n".join(
        f"{frame.filename.removeprefix(ROOT + '/').rsplit('site-packages/', 1)[-1]}:{frame.lineno} {frame.name}"
        for frame in frames
    )


def waiting(now: datetime) -> "QuerySet[Parked]":
    """Rows that wait, the one that has failed longest first."""
    return Parked.objects.filter(until__gt=now).order_by("first_at", "pk")


def explain(row: Parked) -> str:
    """What the error means and whether trying again can help."""
    return next((one.words for one in ADVICE if one.pattern.search(row.error)), OTHERWISE)


def sentence(count: int) -> str:
    """How many rows wait, in words."""
    return ngettext("%(n)d row waits after a failure.", "%(n)d rows wait after a failure.", count) % {
        "n": count
    }


def forget_old() -> int:
    """Drop what is known of failures that are long over. Returns how many."""
    return Parked.objects.filter(at__lt=clock.now() - KEPT_FOR, until__lt=clock.now()).delete()[0]
