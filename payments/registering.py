"""Making payments' kinds known to the door of assignments, which writes their entries with the change of the row."""

from assignments import kinds as below
from assignments import notices
from payments.kinds import KINDS


def join_assignments() -> None:
    """Add the kinds that stand on an assignment. Recipients stay empty there: payments/notices.py tells people."""
    for kind in KINDS.values():
        if kind.subject != "assignment":
            continue
        below.KINDS[kind.kind] = below.Kind(kind.kind, kind.title, kind.icon, kind.verb)
        for verb in _verbs(kind.verb):
            known = notices.KINDS_OF_VERB.get(verb, ())
            if kind.kind not in known:
                notices.KINDS_OF_VERB[verb] = (*known, kind.kind)


def _verbs(verb: str) -> tuple[str, ...]:
    """Opening a dispute is "escalate" for the worker and "dispute" for the client."""
    return ("dispute", "escalate") if verb == "dispute" else (verb,) if verb else ()
