"""The lines of one owner's accounts, in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from common.money import Money
from ledger.models import Entry, Posting
from ledger.purposes import PURPOSES

LINES: Final = 50
"""So many rows are one page."""

WORDS: Final = {
    "deposit.received": "Deposit",
    "posting.reversed": "Taken back",
    "credit_note.issued": "Credit note",
    "reservation.made": "Set aside for an assignment",
    "reservation.changed": "Set aside, changed",
    "reservation.released": "Set aside, given back",
    "reservation.consumed": "Set aside, given back for the payment",
    "terms.granted": "Terms limit",
    "invoice.paid": "Invoice paid",
    "advance.taken": "FastFunds",
    "withdrawal.requested": "Withdrawal requested",
    "withdrawal.paid": "Withdrawal paid out",
    "withdrawal.failed": "Withdrawal failed, money back",
    "withdrawal.returned": "Withdrawal returned by the bank",
}
ACCOUNT_WORDS: Final = {
    "cash": "Cash",
    "reserved_cash": "Cash set aside",
    "terms": "Terms limit",
    "reserved_terms": "Terms in use",
    "balance": "Balance",
    "pending_payout": "On its way to the bank",
}


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One entry of the viewer's own accounts."""

    pk: int
    at: datetime
    what: str
    about: str
    account: str
    amount: Money


def ledger_lines(
    owner_kind: str, owner_id: int, before: int | None = None, limit: int = LINES
) -> list[LedgerLine]:
    """The owner's entries, newest first; `before` is the id of the last line of the page above (keyset)."""
    rows = Entry.objects.filter(
        account__owner_kind=owner_kind, account__owner_id=owner_id, account__purpose__in=PURPOSES[owner_kind]
    ).select_related("posting", "account")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [_ledger_line(entry) for entry in rows.order_by("-pk")[:limit]]


def _ledger_line(entry: Entry) -> LedgerLine:
    posting: Posting = entry.posting
    about = posting.memo
    if posting.subject_type == "assignment":
        about = f"A-{posting.subject_id}"
    return LedgerLine(
        pk=entry.pk,
        at=posting.at,
        what=WORDS.get(posting.kind, posting.kind),
        about=about,
        account=ACCOUNT_WORDS[entry.account.purpose],
        amount=entry.amount,
    )
