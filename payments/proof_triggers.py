"""Issued proof packs and the keys that signed them are only ever added."""

from common.append_only import Statements, allow_sql, for_tables, refuse_sql

TABLES = ("payments_proofkey", "payments_proofpack")


def install_sql(vendor: str) -> Statements:
    return for_tables(refuse_sql, vendor, TABLES)


def remove_sql(vendor: str) -> Statements:
    """The reverse of `install_sql`."""
    return for_tables(allow_sql, vendor, TABLES)
