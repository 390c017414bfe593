"""Proof that the books are whole. Each check is one query that returns only what is wrong.

Rooms above the ledger add checks of their own rows with `register` (payments/audit.py): the ledger knows no business.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection


@dataclass(frozen=True, slots=True)
class Breach:
    """One finding: the check that found it and a sentence with the numbers (amounts in minor units)."""

    check: str
    sentence: str


_BALANCES: Final = """
    SELECT a.id, a.balance_minor, COALESCE(e.total, 0) FROM ledger_account a
    LEFT JOIN (SELECT account_id, SUM(amount_minor) AS total FROM ledger_entry GROUP BY account_id) e
    ON e.account_id = a.id WHERE a.balance_minor <> COALESCE(e.total, 0)"""
_POSTINGS: Final = """
    SELECT posting_id, currency, SUM(amount_minor) FROM ledger_entry
    GROUP BY posting_id, currency HAVING SUM(amount_minor) <> 0"""
_LEGS: Final = """
    SELECT p.id, COUNT(e.id) FROM ledger_posting p LEFT JOIN ledger_entry e ON e.posting_id = p.id
    GROUP BY p.id HAVING COUNT(e.id) < 2"""
_HOMELESS: Final = """
    SELECT e.id, e.posting_id FROM ledger_entry e LEFT JOIN ledger_posting p ON p.id = e.posting_id WHERE
    p.id IS NULL"""
_MIXED: Final = """
    SELECT e.id, e.currency, a.currency FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
    WHERE e.currency <> a.currency"""
_INSTANTS: Final = """
    SELECT e.id, e.posting_id FROM ledger_entry e JOIN ledger_posting p ON p.id = e.posting_id WHERE e.at <> p.at"""
_WHOLE: Final = """
    SELECT currency, SUM(amount_minor) FROM ledger_entry GROUP BY currency HAVING SUM(amount_minor) <> 0"""
_DIPPED: Final = """
    SELECT account_id, MIN(held), currency FROM
    (SELECT account_id, currency, SUM(moved) OVER (PARTITION BY account_id ORDER BY written) AS held FROM
     (SELECT e.account_id, e.currency, SUM(e.amount_minor) AS moved, MIN(e.id) AS written
      FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id WHERE NOT a.overdraft
      GROUP BY e.account_id, e.currency, e.posting_id) steps) lines
    GROUP BY account_id, currency HAVING MIN(held) < 0"""
"""In the order of writing, which is the order of the account's lock; one posting is one step."""
_MIRRORS: Final = """
    SELECT r.id, r.reverses_id FROM ledger_posting r JOIN ledger_entry e ON e.posting_id IN (r.id, r.reverses_id)
    WHERE r.reverses_id IS NOT NULL
    GROUP BY r.id, r.reverses_id, e.account_id HAVING SUM(e.amount_minor) <> 0"""
_NEGATIVE: Final = "SELECT id, balance_minor FROM ledger_account WHERE balance_minor < 0 AND NOT overdraft"
_RESERVED: Final = """
    SELECT b.owner_id, b.currency, b.purpose, b.minor, COALESCE(r.minor, 0) FROM
    (SELECT owner_id, currency, purpose, balance_minor AS minor FROM ledger_account
     WHERE owner_kind = 'client' AND purpose IN ('reserved_cash', 'reserved_terms')) b
    LEFT JOIN
    (SELECT client_id, currency, 'reserved_cash' AS purpose, SUM(cash_minor) AS minor FROM ledger_reservation
     WHERE state = 'open' GROUP BY client_id, currency
     UNION ALL
     SELECT client_id, currency, 'reserved_terms', SUM(terms_minor) FROM ledger_reservation
     WHERE state = 'open' GROUP BY client_id, currency) r
    ON r.client_id = b.owner_id AND r.currency = b.currency AND r.purpose = b.purpose
    WHERE b.minor <> COALESCE(r.minor, 0)"""
_UNBACKED: Final = """
    SELECT r.id, r.cash_minor, r.terms_minor FROM ledger_reservation r LEFT JOIN ledger_account a
    ON a.owner_kind = 'client' AND a.owner_id = r.client_id AND a.purpose = 'reserved_cash'
    AND a.currency = r.currency
    WHERE r.state = 'open' AND a.id IS NULL"""
_TERMS: Final = """
    SELECT currency, SUM(balance_minor) FROM ledger_account
    WHERE purpose IN ('terms', 'reserved_terms', 'terms_granted')
    GROUP BY currency HAVING SUM(balance_minor) <> 0"""

CHECKS: Final[dict[str, tuple[str, str]]] = {
    "balance": (_BALANCES, "account {0} says {1}, its entries say {2}"),
    "posting": (_POSTINGS, "posting {0} is off by {2} {1}"),
    "whole": (_WHOLE, "all entries in {0} together are off by {1}"),
    "legs": (_LEGS, "posting {0} has {1} entries"),
    "homeless": (_HOMELESS, "entry {0} belongs to posting {1}, which is missing"),
    "currency": (_MIXED, "entry {0} is in {1}, its account in {2}"),
    "instant": (_INSTANTS, "entry {0} says another instant than its posting {1}"),
    "negative": (_NEGATIVE, "account {0} is at {1} and may not be below zero"),
    "dipped": (_DIPPED, "account {0} was at {1} {2} once and may not be below zero at any instant"),
    "reversal": (_MIRRORS, "posting {0} does not mirror {1}, which it takes back"),
    "reserved": (_RESERVED, "client {0} has {3} {1} in {2}, its open reservations say {4}"),
    "unbacked": (_UNBACKED, "reservation {0} ({1} cash, {2} terms) has no accounts behind it"),
    "terms": (_TERMS, "the terms limits in {0} are off by {1} from what was granted"),
}
_more: Final[dict[str, tuple[str, str]]] = {}


def register(name: str, query: str, sentence: str) -> None:
    """Let a room above have its rows checked against the books: `query` returns only what is wrong, `sentence` says
    each of its rows in words ("{0}" is the first column)."""
    _more[name] = (query, sentence)


def audit() -> list[Breach]:
    """Run every check on the present rows; an empty list means that the books are whole."""
    checks = {**CHECKS, **_more}
    return [
        breach for name, (query, sentence) in checks.items() for breach in _breaches(name, query, sentence)
    ]


def _breaches(name: str, query: str, sentence: str) -> Iterator[Breach]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return (Breach(name, sentence.format(*row)) for row in rows)
