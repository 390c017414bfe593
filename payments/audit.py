"""What the ledger's audit checks of this room: each document agrees with its postings, and numbers have no gaps.

Each check is one query that returns only what is wrong. They are written from the documents to the postings and back,
so that neither a posting without its document nor a document without its posting stays unseen.
"""

# ruff: noqa: S608 - the queries are made of names and words of this file alone
from typing import Final

from ledger.audit import register
from payments import owed

_SUBJECTS: Final = {
    "assignment": "assignments_assignment",
    "client": "clients_client",
    "invoice": "payments_invoice",
    "deposit": "payments_deposit",
    "withdrawal": "payments_withdrawal",
    "credit_note": "payments_creditnote",
    "payout_account": "payments_payoutaccount",
}
_KNOWN: Final = ", ".join(f"'{name}'" for name in ("", *_SUBJECTS))


def _subjects() -> str:
    """Postings that name a subject which is not there, or a kind of subject that nobody knows."""
    lost = [
        f"SELECT p.id, p.subject_type, p.subject_id FROM ledger_posting p LEFT JOIN {table} s ON s.id = p.subject_id "
        f"WHERE p.subject_type = '{name}' AND s.id IS NULL"
        for name, table in _SUBJECTS.items()
    ]
    unknown = f"SELECT id, subject_type, subject_id FROM ledger_posting WHERE subject_type NOT IN ({_KNOWN})"
    return " UNION ALL ".join([*lost, unknown])


_MOVED: Final = """
    (SELECT p.subject_id, COUNT(DISTINCT p.id) AS times, {sums} FROM ledger_posting p
     JOIN ledger_entry e ON e.posting_id = p.id JOIN ledger_account a ON a.id = e.account_id
     WHERE p.kind = '{kind}' GROUP BY p.subject_id) m"""


def _sum(purposes: str, owner: str) -> str:
    return f"SUM(CASE WHEN a.owner_kind = '{owner}' AND a.purpose IN ({purposes}) THEN e.amount_minor ELSE 0 END)"


def _moved(kind: str, **sums: tuple[str, str]) -> str:
    """Per subject of that kind of posting: how often, and what reached the named accounts."""
    columns = ", ".join(f"{_sum(purposes, owner)} AS {name}" for name, (owner, purposes) in sums.items())
    return _MOVED.format(kind=kind, sums=columns)


_PAID = _moved(
    "invoice.paid",
    cash=("client", "'cash'"),
    fee=("platform", "'fee'"),
    pay=("worker", "'balance'"),
    settled=("platform", "'fastfunds_advanced'"),
)
_INVOICES: Final = f"""
    SELECT i.number, i.state, COALESCE(m.times, 0), COALESCE(m.cash, 0), COALESCE(m.pay, 0) + COALESCE(m.settled, 0),
    COALESCE(m.fee, 0) FROM payments_invoice i LEFT JOIN {_PAID} ON m.subject_id = i.id
    WHERE (i.state = 'paid' AND i.total_minor > 0 AND (m.times IS NULL OR m.times <> 1 OR m.cash <> -i.total_minor
        OR m.fee <> i.fee_minor OR m.pay + m.settled <> i.worker_minor
        OR m.settled <> CASE WHEN i.advanced_at IS NULL THEN 0 ELSE i.worker_minor END))
    OR ((i.state <> 'paid' OR i.total_minor = 0) AND m.times IS NOT NULL)"""
_TAKEN = _moved("advance.taken", net=("worker", "'balance'"), fee=("platform", "'fastfunds_fee'"))
_ADVANCES: Final = f"""
    SELECT i.number, COALESCE(m.times, 0), COALESCE(m.net, 0), COALESCE(m.fee, 0) FROM payments_invoice i
    LEFT JOIN payments_advance v ON v.invoice_id = i.id LEFT JOIN {_TAKEN} ON m.subject_id = i.id
    WHERE (v.id IS NOT NULL AND (m.times IS NULL OR m.times <> 1 OR m.net <> v.amount_minor - v.fee_minor
        OR m.fee <> v.fee_minor))
    OR (v.id IS NULL AND m.times IS NOT NULL)
    OR (v.id IS NULL AND i.advanced_at IS NOT NULL) OR (v.id IS NOT NULL AND i.advanced_at IS NULL)"""
_OUT = {
    step: _moved(f"withdrawal.{step}", held=("worker", "'pending_payout'"), back=("worker", "'balance'"))
    for step in ("requested", "paid", "failed", "returned")
}


def _step(step: str, held: int, back: int, states: str) -> str:
    """Withdrawals whose posting of that step is missing, doubled or wrong: exactly those in `states` have one.

    `held` and `back` say how it changes the money on its way and the balance, in amounts of the withdrawal.
    """
    wrong = f"m.times IS NULL OR m.times <> 1 OR m.held <> {held} * w.amount_minor OR m.back <> {back} * w.amount_minor"
    return (
        f"SELECT w.id, '{step}', COALESCE(m.times, 0), COALESCE(m.held, 0) FROM payments_withdrawal w "
        f"LEFT JOIN {_OUT[step]} ON m.subject_id = w.id "
        f"WHERE (w.state IN ({states}) AND ({wrong})) OR (w.state NOT IN ({states}) AND m.times IS NOT NULL)"
    )


_EVERY = "'requested', 'sending', 'sent', 'paid', 'failed', 'returned'"
_WITHDRAWALS: Final = " UNION ALL ".join(
    [
        _step("requested", 1, -1, _EVERY),
        _step("paid", -1, 0, "'paid', 'returned'"),
        _step("failed", -1, 1, "'failed'"),
        _step("returned", 0, 1, "'returned'"),
    ]
)
_IN = _moved("deposit.received", cash=("client", "'cash'"))
_BACK = _moved("posting.reversed", cash=("client", "'cash'")).replace(
    "WHERE p.kind", "WHERE p.subject_type = 'deposit' AND p.kind"
)
_DEPOSITS: Final = f"""
    SELECT d.id, d.state, COALESCE(m.times, 0), COALESCE(m.cash, 0) FROM payments_deposit d
    LEFT JOIN {_IN} ON m.subject_id = d.id
    WHERE (d.state IN ('received', 'returned') AND (m.times IS NULL OR m.times <> 1 OR m.cash <> d.amount_minor))
    OR (d.state NOT IN ('received', 'returned') AND m.times IS NOT NULL)
    UNION ALL
    SELECT d.id, d.state, COALESCE(m.times, 0), COALESCE(m.cash, 0) FROM payments_deposit d
    LEFT JOIN {_BACK} ON m.subject_id = d.id
    WHERE (d.state = 'returned' AND (m.times IS NULL OR m.times <> 1 OR m.cash <> -d.amount_minor))
    OR (d.state <> 'returned' AND m.times IS NOT NULL)"""
_CREDITED = _moved("credit_note.issued", cash=("client", "'cash'"), given=("platform", "'credits'"))
_CREDITS: Final = f"""
    SELECT n.number, COALESCE(m.times, 0), COALESCE(m.cash, 0) FROM payments_creditnote n
    LEFT JOIN {_CREDITED} ON m.subject_id = n.id
    WHERE m.times IS NULL OR m.times <> 1 OR m.cash <> n.amount_minor OR m.given <> -n.amount_minor
    UNION ALL
    SELECT i.number, COUNT(n.id), SUM(n.amount_minor) FROM payments_creditnote n
    JOIN payments_invoice i ON i.id = n.invoice_id
    GROUP BY i.id, i.number, i.total_minor, i.state
    HAVING SUM(n.amount_minor) > i.total_minor OR i.state <> 'paid'"""
_STATEMENTS: Final = """
    SELECT s.number, s.total_minor, COALESCE(SUM(l.total_minor), 0), COALESCE(SUM(i.total_minor), 0)
    FROM payments_statement s LEFT JOIN payments_statementline l ON l.statement_id = s.id
    LEFT JOIN payments_invoice i ON i.id = l.invoice_id
    GROUP BY s.id, s.number, s.total_minor
    HAVING s.total_minor <> COALESCE(SUM(l.total_minor), 0) OR s.total_minor <> COALESCE(SUM(i.total_minor), 0)
    OR SUM(CASE WHEN i.client_id <> s.client_id OR i.currency <> s.currency THEN 1 ELSE 0 END) > 0"""
_ENDS: Final = """
    SELECT s.number, s.state, SUM(CASE WHEN i.state = 'open' THEN 1 ELSE 0 END) FROM payments_statement s
    JOIN payments_statementline l ON l.statement_id = s.id AND l.is_live
    JOIN payments_invoice i ON i.id = l.invoice_id GROUP BY s.id, s.number, s.state
    HAVING (s.state = 'open') <> (SUM(CASE WHEN i.state = 'open' THEN 1 ELSE 0 END) > 0)"""


def _gaps(table: str, prefix: str, series: str) -> str:
    """Numbers between 1 and the counter that no row has, by what stands before each gap, and rows beyond it."""
    at = len(prefix) + 2
    number = f"CAST(SUBSTR(number, {at}) AS BIGINT)"
    used = f"(SELECT {number} AS n, LAG({number}, 1, 0) OVER (ORDER BY {number}) AS earlier FROM {table}) numbers"
    last = f"COALESCE((SELECT value FROM payments_counter WHERE issuer = '{series}'), 0)"
    return (
        f"SELECT '{prefix}', earlier, n FROM {used} WHERE n <> earlier + 1 UNION ALL "
        f"SELECT '{prefix}', MAX(n), {last} + 1 FROM (SELECT {number} AS n FROM {table}) ends "
        f"HAVING COALESCE(MAX(n), 0) <> {last}"
    )


CHECKS: Final[dict[str, tuple[str, str]]] = {
    "subject": (_subjects(), "posting {0} is about {1} {2}, which is not there"),
    "invoice": (
        _INVOICES,
        "invoice {0} is {1} and was posted {2} times: {3} from the client, {4} for the worker, {5} fee",
    ),
    "advance": (_ADVANCES, "the advance on invoice {0} was posted {1} times: {2} to the worker, {3} fee"),
    "withdrawal": (_WITHDRAWALS, "withdrawal W-{0} was posted as {1} {2} times, with {3}"),
    "deposit": (_DEPOSITS, "deposit {0} is {1} and was posted {2} times, with {3}"),
    "credit": (_CREDITS, "credits of {0} were posted {1} times, with {2}"),
    "statement": (_STATEMENTS, "statement {0} says {1}, its lines {2}, their invoices {3}"),
    "statement-end": (_ENDS, "statement {0} is {1} with {2} open invoices"),
    "owed": (
        owed.differences_sql(),
        "what is owed to or by {0} {1} on {2} is kept {3} too high, for {4} invoices",
    ),
    "invoice-number": (_gaps("payments_invoice", "INV", "onsite"), "after {0}-{1} comes {0}-{2}"),
    "statement-number": (
        _gaps("payments_statement", "ST", "onsite:statements"),
        "after {0}-{1} comes {0}-{2}",
    ),
    "credit-number": (
        _gaps("payments_creditnote", "CN", "onsite:credit_notes"),
        "after {0}-{1} comes {0}-{2}",
    ),
}


def join_ledger() -> None:
    """Have these checked with the books."""
    for name, (query, sentence) in CHECKS.items():
        register(name, query, sentence)
