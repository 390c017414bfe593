"""The database's own guard of invoices and advances, applied by the migrations; statements and credit notes have
theirs in statement_triggers.py.

A paid or withdrawn invoice never changes (S40), no invoice is deleted, and what an invoice says (number, parties,
amounts, lines, days) is fixed from the start. An advance is never undone.
"""

from common.append_only import Statements

_FIXED = (
    "number",
    "assignment_id",
    "client_id",
    "worker_id",
    "currency",
    "worker_minor",
    "fee_minor",
    "total_minor",
    "lines",
    "issued_on",
    "due_on",
    "past_due_at",
)
_CLOSED = "OLD.state <> 'open'"
_ADVANCE = "payments_advance"
_INVOICE = "payments_invoice"


def _abort(sentence: str) -> str:
    return f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"


_SQLITE = [
    f"CREATE TRIGGER payments_invoice_closed BEFORE UPDATE ON {_INVOICE} WHEN {_CLOSED} "
    + _abort("a paid or withdrawn invoice never changes"),
    f"CREATE TRIGGER payments_invoice_fixed BEFORE UPDATE OF {', '.join(_FIXED)} ON {_INVOICE} WHEN "
    + " OR ".join(f"OLD.{name} <> NEW.{name}" for name in _FIXED)
    + " "
    + _abort("an invoice keeps what it says"),
    f"CREATE TRIGGER payments_invoice_kept BEFORE DELETE ON {_INVOICE} "
    + _abort("an invoice is never deleted"),
    f"CREATE TRIGGER payments_advance_kept BEFORE UPDATE ON {_ADVANCE} " + _abort("an advance never changes"),
    f"CREATE TRIGGER payments_advance_stays BEFORE DELETE ON {_ADVANCE} "
    + _abort("an advance is never deleted"),
]


def _raise(name: str, sentence: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )


_POSTGRESQL = [
    _raise("payments_invoice_closed", "a paid or withdrawn invoice never changes"),
    _raise("payments_invoice_fixed", "an invoice keeps what it says"),
    _raise("payments_invoice_kept", "an invoice is never deleted"),
    _raise("payments_advance_kept", "an advance never changes"),
    f"CREATE TRIGGER payments_invoice_closed BEFORE UPDATE ON {_INVOICE} FOR EACH ROW WHEN ({_CLOSED}) "
    "EXECUTE FUNCTION payments_invoice_closed()",
    f"CREATE TRIGGER payments_invoice_fixed BEFORE UPDATE OF {', '.join(_FIXED)} ON {_INVOICE} FOR EACH ROW WHEN ("
    + " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in _FIXED)
    + ") EXECUTE FUNCTION payments_invoice_fixed()",
    f"CREATE TRIGGER payments_invoice_kept BEFORE DELETE ON {_INVOICE} FOR EACH ROW "
    "EXECUTE FUNCTION payments_invoice_kept()",
    f"CREATE TRIGGER payments_advance_kept BEFORE UPDATE OR DELETE ON {_ADVANCE} FOR EACH ROW "
    "EXECUTE FUNCTION payments_advance_kept()",
]


def install_sql(vendor: str) -> Statements:
    """Guard invoices and advances."""
    return [*(_SQLITE if vendor == "sqlite" else _POSTGRESQL)]


def remove_sql(vendor: str) -> Statements:
    """The reverse of `install_sql`."""
    if vendor == "sqlite":
        names = ("invoice_closed", "invoice_fixed", "invoice_kept", "advance_kept", "advance_stays")
        return [f"DROP TRIGGER IF EXISTS payments_{name}" for name in names]
    invoice = ("closed", "fixed", "kept")
    return [
        *(f"DROP TRIGGER IF EXISTS payments_invoice_{name} ON {_INVOICE}" for name in invoice),
        f"DROP TRIGGER IF EXISTS payments_advance_kept ON {_ADVANCE}",
        *(f"DROP FUNCTION IF EXISTS payments_invoice_{name}()" for name in invoice),
        "DROP FUNCTION IF EXISTS payments_advance_kept()",
    ]
