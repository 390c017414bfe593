"""Taking personal words out of the history, without breaking its chain (decisions.md D17; quality.md 3, row 36)."""

from typing import Any

from django.db import transaction

from common import clock
from timeline.models import Entry, Redaction, Seal
from timeline.seals import facts_hash


def redact(entry_id: int, facts: dict[str, Any]) -> bool:
    """Let the entry say `facts` from now on; returns False when it said that already.

    Raises ValueError for an entry that is not sealed yet: what was there before could not be proved any more.
    """
    with transaction.atomic():
        entry = Entry.objects.select_for_update(no_key=True).get(pk=entry_id)
        if entry.facts == facts:
            return False
        if not Seal.objects.filter(entry=entry).exists():
            raise ValueError(f"entry {entry_id} waits to be sealed")
        Redaction.objects.create(
            entry=entry, at=clock.now(), facts=facts, facts_before_sha256=facts_hash(entry.facts)
        )
        Entry.objects.filter(pk=entry.pk).update(facts=facts)
    return True
