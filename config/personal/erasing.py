"""Erasing a person: own rows and files go, own words are emptied, copies lose the name; money and contracts stay.

One transaction for all rows; files are removed after it, by names that were written down before. The history keeps
its chain: an entry that quoted the person says "(erased)" by a redaction (timeline/redact.py).
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from accounts.models import Erasure, User
from clients.models import Member
from common import clock
from config.personal.owned import GONE, Marks, columns, marks, own, rows, seen_from
from config.personal.registry import Column, Table
from config.personal.tables import TABLES
from notifications.models import Message, Notice
from timeline import redact, seals
from timeline.models import Entry

HISTORY: Final = ("timeline.Entry", "timeline.Redaction")
SHARED: Final = ("notifications.Notice", "notifications.Message")
"""What the portal wrote to others may quote the person; read with the words, not only with the name."""
MAIL: Final = ("subject", "body", "html", "context", "last_error", "to_email")
AT_ONCE: Final = 500
ASK_AGAIN: Final = timedelta(days=1)
"""An erasure that something stands against is tried again after that."""


def erase(erasure: Erasure) -> None:
    """Erase the person of this request now. The caller has asked what stands against it, under the account's lock."""
    user = erasure.user
    seals.seal_all(look_back=None)  # what was there before can be proved only of sealed entries
    with transaction.atomic():
        found = marks(user)
        subjects = _touched(user)
        files = _files(user)
        for table in reversed(TABLES):
            _delete_rows(table, user)
        _empty(user)
        _clean_copies(user, found, subjects)
        _close(user)
        erasure.done_at, erasure.held_why = clock.now(), ""
        erasure.save(update_fields=["done_at", "held_why"])
        transaction.on_commit(lambda: _remove(files))


def _files(user: User) -> list[str]:
    """The names of the files that go: those of own columns, and those of rows that are deleted."""
    found = []
    for table, column in columns("file", "secret"):
        if hasattr(table.model._meta.get_field(column.name), "storage"):
            names = rows(table, column.path, user).values_list(column.name, flat=True)
            found += [name for name in names if name]
    return found


def _remove(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)


def _delete_rows(table: Table, user: User) -> None:
    for path in table.rows:
        rows(table, path, user).delete()


def _empty(user: User) -> None:
    """Empty the person's own words, places and files, a statement for each table and path."""
    wanted: dict[tuple[str, str], list[Column]] = {}
    for table, column in columns("blank", "place", "file", "secret"):
        if table.label != "accounts.User" and not table.rows:
            wanted.setdefault((table.label, column.path), []).append(column)
    by_label = {table.label: table for table in TABLES}
    for (label, path), listed in wanted.items():
        table = by_label[label]
        ids = list(rows(table, path, user).values_list("pk", flat=True))
        if not ids:
            continue
        mine = table.model._default_manager.filter(pk__in=ids)
        try:
            with transaction.atomic():
                mine.update(**{column.name: _nothing(table, column) for column in listed})
        except IntegrityError:
            _strike(table, mine, listed)


def _strike(table: Table, mine: QuerySet[Model], listed: list[Column]) -> None:
    """Where a constraint wants words, "(erased)" takes the place of those that were there."""
    for column in listed:
        if column.act == "blank":
            mine.exclude(**{column.name: ""}).update(**{column.name: GONE})
        else:
            mine.update(**{column.name: _nothing(table, column)})


def _nothing(table: Table, column: Column) -> Any:
    field = table.model._meta.get_field(column.name)
    return None if column.act == "place" or getattr(field, "null", False) else ""


def _touched(user: User) -> set[tuple[str, int]]:
    """The subjects in whose history the person acted: there the own words may be quoted."""
    return set(Entry.objects.filter(actor=user).values_list("subject_type", "subject_id").distinct())


def _clean_copies(user: User, found: Marks, subjects: set[tuple[str, int]]) -> None:
    for entry in _entries(found, subjects):
        is_own = entry.actor_id == user.pk
        facts = found.cleaned(entry.facts, found.pattern, with_short=is_own)
        if facts != entry.facts:
            redact.redact(entry.pk, facts)
    _clean_notices(found, subjects)
    for message in Message.objects.filter(queued_at__gte=seen_from(user)).iterator(AT_ONCE):
        _save_cleaned(message, MAIL, found, True)
    for name in MAIL:
        for row in _naming(Message, name, found):
            _save_cleaned(row, MAIL, found, True)
    for table, column in columns("mention"):
        if table.label not in (*HISTORY, *SHARED):
            for row in _naming(table.model, column.name, found):
                _save_cleaned(row, (column.name,), found, False)


def _entries(found: Marks, subjects: set[tuple[str, int]]) -> Iterator[Entry]:
    """The entries of those subjects, and every other one that names the person."""
    seen: set[int] = set()
    for kind, pk in sorted(subjects):
        for entry in Entry.objects.filter(subject_type=kind, subject_id=pk).order_by("pk"):
            seen.add(entry.pk)
            yield entry
    for row in _naming(Entry, "facts", found):
        if isinstance(row, Entry) and row.pk not in seen:
            yield row


def _clean_notices(found: Marks, subjects: set[tuple[str, int]]) -> None:
    for kind, pk in sorted(subjects):
        for notice in Notice.objects.filter(subject_type=kind, subject_id=pk):
            _save_cleaned(notice, ("title", "sentence"), found, True)
    for name in ("title", "sentence"):
        for row in _naming(Notice, name, found):
            _save_cleaned(row, ("title", "sentence"), found, False)


def _naming(model: type[Model], name: str, found: Marks) -> QuerySet[Model]:
    """The rows in which a name of the person stands in that column, however JSON spells it."""
    anyhow = Q(pk__in=[])
    for mark in found.searched():
        anyhow |= Q(_words__icontains=mark)
    return (
        model._default_manager.annotate(_words=Cast(name, TextField()))
        .filter(anyhow)
        .order_by("pk")
        .distinct()
    )


def _save_cleaned(row: Model, names: tuple[str, ...], found: Marks, with_words: bool) -> None:
    changed = []
    for name in names:
        before = getattr(row, name)
        after = found.cleaned(before, found.pattern if with_words else None, with_short=with_words)
        if after != before:
            setattr(row, name, after)
            changed.append(name)
    if changed:
        row.save(update_fields=changed)


def _close(user: User) -> None:
    """Nobody signs in here again; colleagues and history see a number."""
    EmailAddress.objects.filter(user=user).delete()
    Member.objects.filter(user=user).update(is_active=False)
    user.email = f"erased-{user.pk}@erased.invalid"
    user.name = f"Former member {user.pk}"
    user.is_active = user.is_staff = user.is_superuser = False
    user.hat, user.time_zone = User.Hat.NONE, "UTC"
    user.set_unusable_password()
    user.save()
    if hasattr(user, "worker"):
        user.worker.is_available = False
        user.worker.save(update_fields=["is_available"])


def left_of(user: User) -> dict[str, int]:
    """How many own rows are left, by table: for the operator."""
    return {table.label: count for table in TABLES if table.paths and (count := own(table, user).count())}
