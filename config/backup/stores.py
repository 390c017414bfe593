"""The database's own copy, of one instant, and back: pg_dump and pg_restore, or SQLite's backup interface."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Protocol

from django.db import connection, transaction

from ledger.digest import ledger_hash
from timeline.models import Entry


class Refused(Exception):
    """It cannot be done here; the text says why and what to do."""


class Store(Protocol):
    """One kind of database: how it is copied out and in."""

    file: str

    def dump(self, folder: Path) -> tuple[str, int]:
        """Copy the database into the folder. Returns the ledger hash and the history's length of that very copy."""
        ...

    def load(self, folder: Path) -> None:
        """Fill the empty database from the folder. Raises Refused when it is not empty."""
        ...


class PostgreSQL:
    """pg_dump reads the same snapshot in which the books are hashed, while everybody goes on writing."""

    file = "database.dump"

    def dump(self, folder: Path) -> tuple[str, int]:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                # The copy of a large database takes longer than a page may.
                cursor.execute("SET LOCAL statement_timeout = 0")
                cursor.execute("SELECT pg_export_snapshot()")
                snapshot = cursor.fetchone()[0]
            _run("pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--snapshot={snapshot}",
                 f"--file={folder / self.file}")  # fmt: skip
            return ledger_hash(), Entry.objects.count()

    def load(self, folder: Path) -> None:
        if connection.introspection.table_names():
            raise Refused("The database is not empty. Name an empty one in DATABASE_URL.")
        _run("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-acl",
             f"--dbname={connection.settings_dict['NAME']}", str(folder / self.file))  # fmt: skip


class SQLite:
    """SQLite's backup interface copies one instant in one step; the books are hashed in the copy. Nobody waits long."""

    file = "database.sqlite3"

    def dump(self, folder: Path) -> tuple[str, int]:
        connection.ensure_connection()
        with closing(sqlite3.connect(folder / self.file)) as copy:
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without companions
            entries = copy.execute("SELECT COUNT(*) FROM timeline_entry").fetchone()[0]
            return ledger_hash(copy.execute), entries

    def load(self, folder: Path) -> None:
        target = Path(connection.settings_dict["NAME"])
        if connection.introspection.table_names():
            raise Refused(f"The database is not empty. Move {target.name} away, or name another ONSITE_VAR.")
        connection.close()
        for left in (target, *(target.with_name(target.name + end) for end in ("-wal", "-shm"))):
            left.unlink(missing_ok=True)
        shutil.copyfile(folder / self.file, target)


def store() -> Store:
    """The kind of the database that the settings name."""
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()


def _run(program: str, *arguments: str) -> None:
    """One of PostgreSQL's own programs, with the address and the password in its environment, never in its words."""
    if shutil.which(program) is None:
        raise Refused(
            f"The program {program} is not there; install the PostgreSQL client of the server's version."
        )
    settings = connection.settings_dict
    address = {
        "PGHOST": settings["HOST"],
        "PGPORT": str(settings["PORT"] or ""),
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGDATABASE": settings["NAME"],
    }
    environment = {**os.environ, **{name: value for name, value in address.items() if value}}
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"{program} ended with {done.returncode}: {done.stderr.strip()[-800:]}")
