"""The database's own guard of the history, applied by the first migration."""

from common.append_only import Statements, allow_sql, for_tables, refuse_sql

TABLES = ("timeline_entry", "timeline_seal")


def install_sql(vendor: str) -> Statements:
    """Make entries and seals append-only."""
    return for_tables(refuse_sql, vendor, TABLES)


def remove_sql(vendor: str) -> Statements:
    """The reverse of `install_sql`."""
    return for_tables(allow_sql, vendor, TABLES)
