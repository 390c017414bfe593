"""Backup and restore: what comes back is what was saved, and one changed byte or row is found (R16)."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from assignments.states import State
from config.backup import manifest, steps
from config.backup.manifest import Broken
from config.backup.stores import Refused
from ledger.digest import ledger_hash
from ledger.models import Entry as Leg
from tests.factories import assignment_in
from tests.support.figures import tell
from timeline.models import Entry
from timeline.seals import seal_all

ROOT = Path(__file__).resolve().parents[2]
PHOTO = bytes(range(256)) * 40


@pytest.fixture
def media(tmp_path: Path, settings: Any) -> Path:
    """Uploads of this test alone."""
    place = tmp_path / "uploads"
    (place / "2026" / "12").mkdir(parents=True)
    (place / "2026" / "12" / "rack.png").write_bytes(PHOTO)
    (place / "empty.txt").write_bytes(b"")
    settings.ONSITE_MEDIA = place
    return place


@pytest.fixture
def saved(transactional_db: None, media: Path, tmp_path: Path) -> Path:
    """A backup of a small portal with money, history and uploads."""
    for state in (State.ASSIGNED, State.APPROVED, State.PAID):
        assignment_in(state)
    seal_all()
    folder = tmp_path / "saved"
    steps.backup(folder)
    return folder


class Place:
    """An empty place to restore into: another database on the same server, or another folder."""

    def __init__(self, tmp_path: Path) -> None:
        self.var = tmp_path / "elsewhere"
        self.settings = dict(connection.settings_dict)
        if connection.vendor == "postgresql":
            self.settings["NAME"] = f"{connection.settings_dict['NAME']}_back"
            found = self.settings
            word = f":{found['PASSWORD']}" if found["PASSWORD"] else ""
            self.url = (
                f"postgres://{found['USER']}{word}@{found['HOST']}:{found['PORT'] or 5432}/{found['NAME']}"
            )
        else:
            self.settings |= {"NAME": str(self.var / "onsite.sqlite3"), "OPTIONS": {}}
            self.url = ""

    def make(self) -> None:
        self.remove()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{self.settings["NAME"]}" TEMPLATE template0')

    def remove(self) -> None:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{self.settings["NAME"]}" WITH (FORCE)')

    def manage(self, *command: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "ONSITE_VAR": str(self.var),
            "DATABASE_URL": self.url,
            "ONSITE_MEDIA": str(self.var / "media"),
        }
        arguments = [sys.executable, "manage.py", *command]
        return subprocess.run(
            arguments, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120
        )

    def raw(self) -> Any:
        """The restored database, past the portal and its triggers."""
        found = self.settings
        if connection.vendor == "postgresql":
            address = {"host": found["HOST"], "port": found["PORT"] or 5432, "dbname": found["NAME"]}
            opened: Any = psycopg.connect(**address, user=found["USER"], password=found["PASSWORD"])
            opened.execute("SET session_replication_role = replica")
            return opened
        opened = sqlite3.connect(found["NAME"])
        drop_triggers(opened)
        return opened


def drop_triggers(cursor: Any) -> None:
    """SQLite cannot switch triggers off."""
    names = cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        cursor.execute(f'DROP TRIGGER "{name}"')


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    made.make()
    yield made
    made.remove()


def test_what_comes_back_is_what_was_saved(saved: Path, place: Place, media: Path) -> None:
    books = ledger_hash()
    done = place.manage("restore", str(saved))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"ledger {books}" in done.stdout
    with closing(place.raw()) as back:
        for model, least in ((Entry, 20), (Leg, 5)):
            count = back.execute(f"SELECT COUNT(*) FROM {model._meta.db_table}").fetchone()[0]  # noqa: S608
            assert count == model._default_manager.count() > least
    assert manifest.listed(place.var / "media") == manifest.listed(media)
    again = place.manage("restore", str(saved))
    assert again.returncode == 1
    assert "is not empty" in again.stderr

    # The control: one entry of the history is changed in the restored database, behind the portal's back.
    with closing(place.raw()) as back:
        changed = back.execute(
            "UPDATE timeline_entry SET kind = 'assignment.invented' WHERE id = (SELECT MIN(id) FROM timeline_entry)"
        )
        assert changed.rowcount == 1
        changed = back.execute(
            "UPDATE ledger_entry SET amount_minor = amount_minor + 1 WHERE id = (SELECT MIN(id) FROM ledger_entry)"
        )
        assert changed.rowcount == 1
        back.commit()
    assert place.manage("ledger_hash").stdout.strip() not in ("", books)
    verified = place.manage("verify_history")
    assert verified.returncode == 1
    assert "was changed" in verified.stdout
    tell(
        "R16",
        f"backup and restore of {Entry.objects.count()} history entries and {Leg.objects.count()} ledger entries "
        "into an empty place: ledger hash equal, history whole, uploads equal; one changed row is found",
    )


def test_the_hash_of_the_ledger_knows_every_column_that_counts(transactional_db: None) -> None:
    assignment_in(State.PAID)
    before = ledger_hash()
    assert before == ledger_hash()
    first = Leg.objects.order_by("pk")[0]
    changes = ("amount_minor = amount_minor + 1", "currency = 'EUR'", "account_id = account_id + 1")
    for change in changes:
        with raw_books() as cursor:
            cursor.execute(f"UPDATE ledger_entry SET {change} WHERE id = %s", [first.pk])  # noqa: S608
            assert cursor.rowcount == 1
            assert ledger_hash() != before, change
    assert ledger_hash() == before


@contextmanager
def raw_books() -> Iterator[Any]:
    """A cursor that the triggers do not watch; everything is undone at the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            drop_triggers(cursor)
        yield cursor
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", ["media/2026/12/rack.png", "database"])
def test_one_changed_byte_is_found_before_anything_is_written(saved: Path, name: str) -> None:
    (path,) = [
        one
        for one in saved.rglob("*")
        if one.relative_to(saved).as_posix().startswith(name) and one.is_file()
    ]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(Broken, match="was changed"):
        manifest.verify(saved)
    with pytest.raises(Broken, match="was changed"):
        steps.restore(saved)


def test_a_missing_and_a_foreign_file_are_found(saved: Path) -> None:
    (saved / "media" / "empty.txt").rename(saved / "media" / "other.txt")
    with pytest.raises(Broken, match=r"^media/empty\.txt is missing\.$"):
        manifest.verify(saved)
    (saved / "media" / "empty.txt").write_bytes(b"")
    with pytest.raises(Broken, match=r"^media/other\.txt is not in the manifest\.$"):
        manifest.verify(saved)


def test_a_backup_that_was_not_finished_is_none(saved: Path) -> None:
    (saved / manifest.NAME).unlink()
    with pytest.raises(Broken, match="the backup was not finished"):
        steps.restore(saved)


def test_nothing_is_written_over(saved: Path, media: Path) -> None:
    with pytest.raises(Refused, match="is not empty"):
        steps.backup(saved)
    with pytest.raises(Refused, match="place of uploads is not empty"):
        steps.restore(saved)
    for one in sorted(media.rglob("*"), reverse=True):
        one.unlink() if one.is_file() else one.rmdir()
    with pytest.raises(Refused, match="database is not empty"):
        steps.restore(saved)


def test_a_backup_of_another_kind_of_database_is_refused(saved: Path) -> None:
    said = json.loads((saved / manifest.NAME).read_text())
    (saved / manifest.NAME).write_text(json.dumps({**said, "engine": "oracle"}))
    with pytest.raises(Refused, match="This backup is of oracle"):
        steps.restore(saved)


def test_the_copy_is_for_its_owner_alone(saved: Path) -> None:
    assert saved.stat().st_mode & 0o077 == 0
