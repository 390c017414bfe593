"""Money in the administration: the disputes queue, deposits, terms limits and withdrawals (C08, ux.md 6.13).

Nothing here edits a stage or an amount: forms call actions, everything else is read only, and each act leaves a
LogEntry beside the history.
"""

from payments.admin import batches, disputes, funds, invoices, statements, tax, withdrawals

__all__ = ["batches", "disputes", "funds", "invoices", "statements", "tax", "withdrawals"]
