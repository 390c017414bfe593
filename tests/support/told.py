"""Entries for tests."""

from datetime import UTC, datetime
from typing import Any, Final

from accounts.actor import Actor
from common.actor import SYSTEM
from timeline.models import Entry
from timeline.record import next_sequence, record

AT: Final = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def tell(kind: str = "test.opened", subject: int = 1, *, actor: Actor = SYSTEM, **more: Any) -> Entry:
    """Record one entry about job `subject`."""
    more = {"role": "system", "at": AT, **more}
    if "sequence" not in more:
        more["sequence"] = next_sequence("job", subject)
    return record(kind, subject_type="job", subject_id=subject, actor=actor, **more)
