"""The copy of a person's own data: one zip with data.json and the files."""

import json
import zipfile
from datetime import timedelta
from hashlib import sha256
from tempfile import TemporaryFile
from typing import IO, Any, Final

from django.core.files import File
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from accounts.models import DataExport, User
from accounts.own_data import KEPT
from common import clock
from common.uploads import plain_name
from config.personal.owned import own
from config.personal.registry import Table
from config.personal.tables import TABLES

EXPORTED: Final = ("blank", "keep", "place", "file")
README: Final = """Your data at Onsite

data.json   every row that is yours, by kind; texts that you wrote, dates, numbers and choices.
files/      the files that you gave.

Not in it: what others wrote, even about you, and secrets such as passwords.
"""
PIECE: Final = 1 << 20
BACK_OFF: Final = timedelta(minutes=30)


def collect(user: User) -> dict[str, list[dict[str, Any]]]:
    """The person's own rows by model. A column goes out to whom its words belong, structure to everybody whose row
    it is."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in TABLES:
        if table.paths and (listed := [_row(table, row, user) for row in own(table, user).iterator()]):
            found[table.label] = listed
    return found


def _row(table: Table, row: Model, user: User) -> dict[str, Any]:
    named = {column.name: column for column in table.columns}
    data: dict[str, Any] = {}
    for one in row._meta.local_fields:
        column = named.get(one.name)
        if column is None:
            data[one.name] = getattr(row, one.attname)
        elif column.act in EXPORTED and owner_of(row, column.path) == user.pk:
            value = getattr(row, one.attname)
            data[one.name] = value.name if column.act == "file" or hasattr(value, "storage") else value
    return data


def owner_of(row: Model, path: str) -> Any:
    """The id of the account to which the path leads from this row; None where it leads nowhere."""
    if path == "id":
        return row.pk
    *steps, last = path.split("__")
    at: Any = row
    for step in steps:
        at = getattr(at, step, None)
        if at is None:
            return None
    return getattr(at, f"{last}_id", None)


def files_of(user: User) -> list[tuple[str, Any]]:
    """(name inside the copy, stored file) of every file that the person gave."""
    found = []
    for table in TABLES:
        names = [c for c in table.columns if c.path and c.act in EXPORTED and _is_file(table, c.name)]
        if not names:
            continue
        for row in own(table, user).iterator():
            for column in names:
                stored = getattr(row, column.name)
                if stored and owner_of(row, column.path) == user.pk:
                    given = getattr(row, "name", "") or getattr(row, f"{column.name}_name", "") or "file"
                    name = f"files/{table.label}/{row.pk}-{column.name}-{plain_name(given)}"
                    found.append((name, stored))
    return found


def _is_file(table: Table, name: str) -> bool:
    return hasattr(table.model._meta.get_field(name), "storage")


def write(user: User, target: IO[bytes]) -> None:
    """Write the zip. A file that is gone from the storage is left out and named in the list of the missing."""
    missing = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README)
        for name, stored in files_of(user):
            try:
                with stored.open("rb") as source, archive.open(name, "w") as place:
                    while piece := source.read(PIECE):
                        place.write(piece)
            except FileNotFoundError:
                missing.append(name)
        data = {"account": user.pk, "made_at": clock.now(), "missing_files": missing, "rows": collect(user)}
        archive.writestr("data.json", json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))


def make(export: DataExport) -> None:
    """Write the copy, keep it privately and let it be fetched until it expires."""
    with TemporaryFile() as target:
        write(export.user, target)
        size, digest = target.tell(), sha256()
        target.seek(0)
        while piece := target.read(PIECE):
            digest.update(piece)
        target.seek(0)
        export.file.save("copy.zip", File(target), save=False)
    export.size, export.sha256 = size, digest.hexdigest()
    export.made_at = clock.now()
    export.expires_at = export.made_at + KEPT
    export.save()
