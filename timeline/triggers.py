"""The database's own guard of the history, applied by the first migration.

One way is left, for erasing personal words (decisions.md D17): the facts of an entry may become those of its newest
redaction, a row that stays and says when. Nothing else of the entry moves.
"""

from common.append_only import Statements, allow_sql, for_tables, refuse_sql

ENTRY = "timeline_entry"
TABLES = (ENTRY, "timeline_seal", "timeline_redaction")
_FIXED = ("id", "kind", "subject_type", "subject_id", "sequence", "actor_id", "role", "at", "visibility")
_NEWEST = (
    "EXISTS (SELECT 1 FROM timeline_redaction r WHERE r.entry_id = OLD.id AND r.facts = NEW.facts "
    "AND r.id = (SELECT MAX(m.id) FROM timeline_redaction m WHERE m.entry_id = OLD.id))"
)
"""The facts that an entry may take on."""


def install_sql(vendor: str) -> Statements:
    """Make entries and seals append-only."""
    return [*for_tables(refuse_sql, vendor, TABLES), *_but_redacted(vendor)]


def _but_redacted(vendor: str) -> Statements:
    """Replace the guard of UPDATE of entries by the one that lets redactions pass."""
    if vendor == "sqlite":
        allowed = " AND ".join([*(f"NEW.{name} IS OLD.{name}" for name in _FIXED), _NEWEST])
        return [
            f"DROP TRIGGER {ENTRY}_no_update",
            f"CREATE TRIGGER {ENTRY}_no_update BEFORE UPDATE ON {ENTRY} WHEN NOT ({allowed}) "
            f"BEGIN SELECT RAISE(ABORT, '{ENTRY} is append-only'); END",
        ]
    same = [f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in _FIXED]
    return [
        f"CREATE OR REPLACE FUNCTION {ENTRY}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' THEN IF {' AND '.join([*same, _NEWEST])} THEN RETURN NEW; END IF; END IF; "
        f"RAISE EXCEPTION '{ENTRY} is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    ]


def remove_sql(vendor: str) -> Statements:
    """The reverse of `install_sql`."""
    return for_tables(allow_sql, vendor, TABLES)
