"""The database's own guard of disputes: what was said, sealed and ruled only ever grows in number (N6, D17).

SQLite drops a table's triggers when a later migration rebuilds the table, so such a migration must install them again.
"""

from common.append_only import Statements, allow_sql, for_tables, refuse_sql

GROWING = ("payments_disputestatement", "payments_sealedfigure", "payments_ruling")


def install_sql(vendor: str) -> Statements:
    """Refuse changes of statements, figures and rulings. A refused write raises django.db.IntegrityError."""
    return for_tables(refuse_sql, vendor, GROWING)


def remove_sql(vendor: str) -> Statements:
    """The reverse of `install_sql`."""
    return for_tables(allow_sql, vendor, GROWING)
