"""The nightly proofs: the ledger's audit and the history's hash chains, with their results kept for staff."""

import logging
from time import perf_counter
from typing import Final

from common import clock
from config.models import Check
from config.watch import parked
from ledger import audit, tasks
from timeline import seals

log = logging.getLogger(__name__)
KEPT: Final = 20
"""So many findings are kept in words; the commands print all."""


def audit_ledger() -> int:
    """Audit the books, tell staff of breaches (ledger.tasks), keep the result. Returns the number of breaches."""
    begun = perf_counter()
    breaches = audit.audit()
    tasks.report(breaches)
    _keep(Check.Name.LEDGER, perf_counter() - begun, [f"{one.check}: {one.sentence}" for one in breaches])
    return len(breaches)


def verify_history() -> int:
    """Follow every sealed chain and keep the result. Returns the number of places where the history is broken."""
    begun = perf_counter()
    report = seals.verify()
    for sentence in report.broken:
        log.error("history: %s", sentence)
    _keep(Check.Name.HISTORY, perf_counter() - begun, report.broken, looked_at=report.sealed)
    parked.forget_old()
    return len(report.broken)


def _keep(name: str, seconds: float, found: list[str], looked_at: int = 0) -> None:
    told = {
        "at": clock.now(),
        "seconds": round(seconds, 3),
        "findings": len(found),
        "sentences": found[:KEPT],
        "looked_at": looked_at,
    }
    Check.objects.update_or_create(name=name, defaults=told)
