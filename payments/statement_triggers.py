"""The database's own guard of statements and credit notes, and of what an invoice says of its parties.

A statement keeps what it says and is never deleted; its lines only end. A credit note never changes, stands beside a
paid invoice of the same client and currency, and all of an invoice together are at most its total.
"""

# ruff: noqa: S608 - as in the other triggers: constants of this file alone
from common.append_only import Statements

_PARTIES = ("parties", "done_on")
_SAYS = (
    "number",
    "client_id",
    "kind",
    "month",
    "currency",
    "total_minor",
    "due_on",
    "issued_at",
    "issued_on",
)
_LINE = ("statement_id", "invoice_id", "position", "total_minor")
_ENDED = "OLD.state <> 'open'"
_TAKEN = "NEW.amount_minor + COALESCE((SELECT SUM(amount_minor) FROM payments_creditnote WHERE invoice_id = i.id), 0)"
_FITS = (
    "SELECT 1 FROM payments_invoice i WHERE i.id = NEW.invoice_id AND i.state = 'paid' "
    "AND i.client_id = NEW.client_id AND i.worker_id = NEW.worker_id AND i.currency = NEW.currency "
    f"AND {_TAKEN} <= i.total_minor"
)
_SENTENCES = {
    "invoice_parties": "an invoice keeps what it says",
    "statement_fixed": "a statement keeps what it says",
    "statement_kept": "a statement is never deleted",
    "line_fixed": "a line of a statement only ends",
    "credit_fits": "a credit note stands beside a paid invoice and is at most what is left of it",
    "credit_kept": "a credit note never changes",
}


def _changed(names: tuple[str, ...], differs: str) -> str:
    return " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in names)


def _guards(differs: str) -> list[tuple[str, str, str, str]]:
    """Name, event, table and condition of each trigger; `differs` is the database's null-safe comparison."""
    line = f"{_changed(_LINE, differs)} OR NOT OLD.is_live"
    return [
        ("invoice_parties", "UPDATE", "payments_invoice", _changed(_PARTIES, differs)),
        ("statement_fixed", "UPDATE", "payments_statement", f"{_ENDED} OR {_changed(_SAYS, differs)}"),
        ("statement_kept", "DELETE", "payments_statement", ""),
        ("line_fixed", "UPDATE", "payments_statementline", line),
        ("line_fixed", "DELETE", "payments_statementline", ""),
        ("credit_kept", "UPDATE", "payments_creditnote", ""),
        ("credit_kept", "DELETE", "payments_creditnote", ""),
    ]


def install_sql(vendor: str) -> Statements:
    """Guard statements, their lines and credit notes."""
    return _sqlite() if vendor == "sqlite" else _postgresql()


def _sqlite() -> Statements:
    found = []
    for name, event, table, condition in _guards("IS NOT"):
        when = f"WHEN {condition} " if condition else ""
        abort = f"BEGIN SELECT RAISE(ABORT, '{_SENTENCES[name]}'); END"
        found.append(
            f"CREATE TRIGGER payments_{name}_{event.lower()} BEFORE {event} ON {table} {when}{abort}"
        )
    abort = f"BEGIN SELECT RAISE(ABORT, '{_SENTENCES['credit_fits']}'); END"
    found.append(
        "CREATE TRIGGER payments_credit_fits_insert BEFORE INSERT ON payments_creditnote "
        f"WHEN NOT EXISTS ({_FITS}) {abort}"
    )
    return found


def _postgresql() -> Statements:
    found = []
    for name, sentence in _SENTENCES.items():
        test = f"IF EXISTS ({_FITS}) THEN RETURN NEW; END IF; " if name == "credit_fits" else ""
        # Two notes at once: the second waits for the invoice here and then counts the first.
        lock = "PERFORM 1 FROM payments_invoice WHERE id = NEW.invoice_id FOR NO KEY UPDATE; " if test else ""
        found.append(
            f"CREATE OR REPLACE FUNCTION payments_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {lock}{test}"
            f"RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for name, event, table, condition in _guards("IS DISTINCT FROM"):
        when = f"WHEN ({condition}) " if condition else ""
        found.append(
            f"CREATE TRIGGER payments_{name}_{event.lower()} BEFORE {event} ON {table} FOR EACH ROW {when}"
            f"EXECUTE FUNCTION payments_{name}()"
        )
    found.append(
        "CREATE TRIGGER payments_credit_fits_insert BEFORE INSERT ON payments_creditnote FOR EACH ROW "
        "EXECUTE FUNCTION payments_credit_fits()"
    )
    return found


def remove_sql(vendor: str) -> Statements:
    """The reverse of `install_sql`."""
    every = [
        *_guards(""),
        ("credit_fits", "INSERT", "payments_creditnote", ""),
    ]
    on = "" if vendor == "sqlite" else " ON {}"
    drops = [
        f"DROP TRIGGER IF EXISTS payments_{name}_{event.lower()}{on.format(table)}"
        for name, event, table, _ in every
    ]
    functions = (
        [] if vendor == "sqlite" else [f"DROP FUNCTION IF EXISTS payments_{name}()" for name in _SENTENCES]
    )
    return [*drops, *functions]
