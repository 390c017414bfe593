"""The full-text indexes over Findable.text and ListWords.text, for both databases.

PostgreSQL: a generated column of the words, with a GIN index. SQLite: an FTS5 table over the same rows, which triggers
keep in the transaction of each change. SQLite drops a table's triggers when a later migration rebuilds the table, so
such a migration must install them again (and 'rebuild' the index); tests/assignments/test_search_rows.py tells.
"""

# ruff: noqa: S608 - the statements are made of names of ours
from collections.abc import Sequence
from functools import partial

from django.db import connection

from assignments.models.search import FULL_TEXT, LIST_FULL_TEXT, LIST_TABLE, TABLE
from common.append_only import Statements

MANY, MANY_OF_ALL = 20_000, 0.03
"""So many rows, and such a part of all, are not gathered from the index only to learn that they are too many: it took
13 ms for 200,000 and 23 ms for two such words. Words without statistics are expected in 0.02 of all rows."""


def _install(table: str, index: str, split: str, gin: str, vendor: str) -> Statements:
    """Make the index and fill it. `split`: how FTS5 knows the words; `gin`: more about PostgreSQL's."""
    old = f"INSERT INTO {index} ({index}, rowid, text) VALUES ('delete', OLD.assignment_id, OLD.text);"
    new = f"INSERT INTO {index} (rowid, text) VALUES (NEW.assignment_id, NEW.text);"
    if vendor == "sqlite":
        return [
            f"CREATE VIRTUAL TABLE {index} USING fts5(text, content='{table}', content_rowid='assignment_id', "
            f"detail='none', columnsize=0, {split})",
            f"CREATE TRIGGER {table}_word_in AFTER INSERT ON {table} BEGIN {new} END",
            f"CREATE TRIGGER {table}_word_out AFTER DELETE ON {table} BEGIN {old} END",
            f"CREATE TRIGGER {table}_word_over AFTER UPDATE OF text ON {table} BEGIN {old} {new} END",
            f"INSERT INTO {index} ({index}) VALUES ('rebuild')",
        ]
    return [
        f"ALTER TABLE {table} ADD COLUMN words tsvector "
        "GENERATED ALWAYS AS (array_to_tsvector(string_to_array(text, ' '))) STORED",
        f"CREATE INDEX {index} ON {table} USING gin (words){gin}",
    ]


def _remove(table: str, index: str, vendor: str) -> Statements:
    """The reverse of `_install`."""
    if vendor == "sqlite":
        names = ("word_in", "word_out", "word_over")
        return [
            *(f"DROP TRIGGER IF EXISTS {table}_{name}" for name in names),
            f"DROP TABLE IF EXISTS {index}",
        ]
    return [f"DROP INDEX IF EXISTS {index}", f"ALTER TABLE {table} DROP COLUMN IF EXISTS words"]


# The words are folded and parted by us, so that the index has only to split at spaces.
install_sql = partial(_install, TABLE, FULL_TEXT, "prefix='1 2 3', tokenize='ascii'", "")
remove_sql = partial(_remove, TABLE, FULL_TEXT)
remove_list_sql = partial(_remove, LIST_TABLE, LIST_FULL_TEXT)


def install_list_sql(vendor: str) -> Statements:
    """The index of a company's own words; on PostgreSQL without a list of what is to be added later, which every search
    would have to read."""
    split, at_once = "tokenize=\"ascii tokenchars ':'\"", " WITH (fastupdate = off)"
    return _install(LIST_TABLE, LIST_FULL_TEXT, split, at_once, vendor)


def few(words: Sequence[str], most: int) -> list[int] | None:
    """The ids of all rows of Findable in which each of the words begins some word, if they are no more than `most`.

    None when there are more, and on PostgreSQL, whose planner finds the way by itself.
    """
    return _matches(FULL_TEXT, words, most) if connection.vendor == "sqlite" else None


def listed(words: Sequence[str], most: int) -> list[int] | None:
    """The same of ListWords, on either database. None also for words that PostgreSQL expects in many rows: its index is
    not asked for them at all."""
    if connection.vendor == "sqlite":
        return _matches(LIST_FULL_TEXT, words, most)
    query = " & ".join(f"'{word}':*" for word in words)
    if _is_everywhere(query):
        return None
    # Materialized: planned without the limit, which would let a walk over the whole table look cheap.
    return _ids(
        f"WITH found AS MATERIALIZED (SELECT assignment_id FROM {LIST_TABLE} WHERE words @@ %s::tsquery) "
        "SELECT assignment_id FROM found LIMIT %s",
        query,
        most,
    )


def _is_everywhere(query: str) -> bool:
    """Whether PostgreSQL's statistics say that MANY rows and more have these words. Nothing is read for it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"EXPLAIN (FORMAT JSON) SELECT assignment_id FROM {LIST_TABLE} WHERE words @@ %s::tsquery",
            [query],
        )
        (([said],),) = cursor.fetchall()
        expected = said["Plan"]["Plan Rows"]
        if expected < MANY:
            return False
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [LIST_TABLE])
        ((rows,),) = cursor.fetchall()
    return bool(expected > MANY_OF_ALL * rows)


def _matches(index: str, words: Sequence[str], most: int) -> list[int] | None:
    query = " ".join(f'"{word}"*' for word in words)
    return _ids(f"SELECT rowid FROM {index} WHERE {index} MATCH %s LIMIT %s", query, most)


def _ids(sql: str, query: str, most: int) -> list[int] | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, [query, most + 1])
        ids = [pk for (pk,) in cursor.fetchall()]
    return ids if len(ids) <= most else None
