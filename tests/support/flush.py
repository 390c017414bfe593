"""Emptying the test database after transactional tests.

Some tables refuse DELETE and TRUNCATE for everybody. Django's flush between tests therefore takes their
triggers away and creates them again inside its own transaction: no statement of a test ever runs without
them. This lives in tests only; nothing of the product can do it.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.backends.base.operations import BaseDatabaseOperations

from assignments import fault_triggers, talk_triggers
from assignments import triggers as assignment_triggers
from ledger import triggers as ledger_triggers
from payments import dispute_triggers, payout_triggers, proof_triggers, statement_triggers
from payments import triggers as payments_triggers
from timeline import triggers as timeline_triggers

ROOMS = (
    timeline_triggers,
    ledger_triggers,
    assignment_triggers,
    fault_triggers,
    talk_triggers,
    payments_triggers,
    proof_triggers,
    statement_triggers,
    dispute_triggers,
    payout_triggers,
)


def deletes(connection: Any, sql_list: list[str]) -> list[str]:
    """Instead of one TRUNCATE of every table, which makes new files for all of them, a DELETE for each that has rows.

    Foreign keys are deferred, so that the order does not matter. Seconds become milliseconds.
    """
    (truncate,) = sql_list
    tables = re.findall(r'"\w+"', truncate)
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in tables)  # noqa: S608
        )
        return [f"DELETE FROM {table};" for (table,) in cursor.fetchall()]  # noqa: S608


@pytest.fixture(scope="session", autouse=True)
def flush_with_triggers() -> Iterator[None]:
    """Wrap Django's flush for the whole session. Import it into the root conftest."""
    plain_flush = BaseDatabaseOperations.execute_sql_flush
    if hasattr(plain_flush, "lifts_triggers"):  # imported into more than one conftest
        yield
        return

    def execute_sql_flush(self: BaseDatabaseOperations, sql_list: list[str]) -> Any:
        vendor = self.connection.vendor
        before = [statement for room in ROOMS for statement in room.remove_sql(vendor)]
        after = [statement for room in ROOMS for statement in room.install_sql(vendor)]
        emptied = deletes(self.connection, sql_list) if vendor == "postgresql" else sql_list
        return plain_flush(self, [*before, *emptied, *after])

    execute_sql_flush.lifts_triggers = True  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", execute_sql_flush)
        yield
