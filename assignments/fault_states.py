"""The words of the fault record (N5): whose a fault is, what happened, how far an entry has come. Imports nothing of
ours."""

from django.db import models


class Party(models.TextChoices):
    """To whom a rule gives what went wrong."""

    WORKER = "worker", "Worker"
    CLIENT = "client", "Client"
    SITE = "site", "Site"
    PARTS = "parts", "Parts"
    WEATHER = "weather", "Weather"
    NOBODY = "nobody", "Nobody"


PARTY_WORDS: dict[str, str] = {
    Party.WORKER: "the worker",
    Party.CLIENT: "the client",
    Party.SITE: "the site",
    Party.PARTS: "missing parts",
    Party.WEATHER: "the weather",
    Party.NOBODY: "nobody",
}
"""A party inside a sentence."""


class FaultKind(models.TextChoices):
    """What went wrong."""

    LATE = "late_check_in", "Late check-in"
    FILES = "late_deliverables", "Late deliverables"
    BACK_OUT = "back_out", "Worker cancelled"
    WORKER_CANCELLED = "worker_cancelled", "Worker cancelled, as the client says"
    NO_SHOW = "no_show", "Worker did not come"
    ABANDONED = "abandoned", "Worker abandoned"
    REMOVED = "removed", "Worker removed"
    CLIENT_CANCELLED = "client_cancelled", "Client cancelled"
    HOLD = "hold", "Put on hold"
    PROBLEM = "problem", "Problem on site"


LEAVING = frozenset(
    {
        FaultKind.BACK_OUT,
        FaultKind.WORKER_CANCELLED,
        FaultKind.NO_SHOW,
        FaultKind.ABANDONED,
        FaultKind.REMOVED,
        FaultKind.CLIENT_CANCELLED,
    }
)
"""Kinds that end a worker's time on an assignment: at most one of them is on an engagement."""


class FaultState(models.TextChoices):
    """Open to contest for 7 days, then contested or settled."""

    STANDING = "standing", "Open to contest"
    CONTESTED = "contested", "Contested"
    SETTLED = "settled", "Settled"


class FaultHow(models.TextChoices):
    """How an entry was settled."""

    UNOPPOSED = "unopposed", "Nobody contested it"
    AGREED = "agreed", "Both sides agreed"
    DECIDED = "decided", "Decided by Onsite"


class FaultSide(models.TextChoices):
    """Who speaks in a statement."""

    CLIENT = "client", "Client"
    WORKER = "worker", "Worker"
    ADMIN = "admin", "Onsite"
