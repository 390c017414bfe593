"""The full-text indexes over Findable.text, for both databases.

PostgreSQL: a generated column of the words, with a GIN index. SQLite: an FTS5 table over the same rows, which triggers
keep in the transaction of each change. SQLite drops a table's triggers when a later migration rebuilds the table, so
such a migration must install them again (and 'rebuild' the index); tests/assignments/test_find_index.py tells.
"""

from collections.abc import Sequence

from django.db import connection

from assignments.models.search import FULL_TEXT, TABLE
from common.append_only import Statements

# Both names are constants of ours.
_OLD = f"INSERT INTO {FULL_TEXT} ({FULL_TEXT}, rowid, text) VALUES ('delete', OLD.assignment_id, OLD.text);"  # noqa: S608
_NEW = f"INSERT INTO {FULL_TEXT} (rowid, text) VALUES (NEW.assignment_id, NEW.text);"  # noqa: S608


def install_sql(vendor: str) -> Statements:
    """Make the index and fill it."""
    if vendor == "sqlite":
        return [
            # The words are folded and parted by us, so that the index has only to split at spaces.
            f"CREATE VIRTUAL TABLE {FULL_TEXT} USING fts5(text, content='{TABLE}', content_rowid='assignment_id', "
            "detail='none', columnsize=0, prefix='1 2 3', tokenize='ascii')",
            f"CREATE TRIGGER {TABLE}_word_in AFTER INSERT ON {TABLE} BEGIN {_NEW} END",
            f"CREATE TRIGGER {TABLE}_word_out AFTER DELETE ON {TABLE} BEGIN {_OLD} END",
            f"CREATE TRIGGER {TABLE}_word_over AFTER UPDATE OF text ON {TABLE} BEGIN {_OLD} {_NEW} END",
            f"INSERT INTO {FULL_TEXT} ({FULL_TEXT}) VALUES ('rebuild')",  # noqa: S608
        ]
    return [
        f"ALTER TABLE {TABLE} ADD COLUMN words tsvector "
        "GENERATED ALWAYS AS (array_to_tsvector(string_to_array(text, ' '))) STORED",
        f"CREATE INDEX {FULL_TEXT} ON {TABLE} USING gin (words)",
    ]


def remove_sql(vendor: str) -> Statements:
    """The reverse of `install_sql`."""
    if vendor == "sqlite":
        names = ("word_in", "word_out", "word_over")
        return [
            *(f"DROP TRIGGER IF EXISTS {TABLE}_{name}" for name in names),
            f"DROP TABLE IF EXISTS {FULL_TEXT}",
        ]
    return [f"DROP INDEX IF EXISTS {FULL_TEXT}", f"ALTER TABLE {TABLE} DROP COLUMN IF EXISTS words"]


def few(words: Sequence[str], most: int) -> list[int] | None:
    """The ids of all rows in which each of the words begins some word, where they are no more than `most`.

    None when there are more, and on PostgreSQL, whose planner finds the way by itself.
    """
    if connection.vendor != "sqlite":
        return None
    query = " ".join(f'"{word}"*' for word in words)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT rowid FROM {FULL_TEXT} WHERE {FULL_TEXT} MATCH %s LIMIT %s",  # noqa: S608 (constants of ours)
            [query, most + 1],
        )
        ids = [pk for (pk,) in cursor.fetchall()]
    return ids if len(ids) <= most else None
