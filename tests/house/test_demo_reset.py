"""`make demo` throws all tables away, also those of the word index, whose parts go with the table itself."""

import sqlite3

from config.management.commands.demo import drop_tables


def test_all_tables_go_with_the_parts_of_virtual_ones():
    database = sqlite3.connect(":memory:")
    database.executescript("""
        CREATE TABLE first (id INTEGER PRIMARY KEY AUTOINCREMENT);
        CREATE VIRTUAL TABLE words USING fts5(text);
        CREATE TABLE last (id INTEGER);
        INSERT INTO words VALUES ('switch');
        INSERT INTO first DEFAULT VALUES;
    """)
    drop_tables(database.cursor())
    left = database.execute("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
    assert left == []
