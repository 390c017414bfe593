"""The order of the steps: the database first, then the files that its rows name; back only into an empty place."""

import shutil
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from common import clock
from config.backup import manifest, stores
from config.backup.manifest import Broken, Manifest
from config.backup.stores import Refused
from ledger.audit import audit
from ledger.digest import ledger_hash
from timeline import seals
from timeline.models import Entry

MEDIA: Final = "media"


def backup(folder: Path) -> Manifest:
    """Write database, files and manifest into a new or empty folder. Raises Refused.

    A file is written before the row that names it, and rows are copied first: every file that a copied row names is
    in the copy. Files that came later are copied too, and harm nothing.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"{folder} is not empty. Name a new folder for each backup.")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    books, entries = stores.store().dump(folder)
    media = Path(settings.ONSITE_MEDIA)
    if media.is_dir():
        shutil.copytree(media, folder / MEDIA)
    else:
        (folder / MEDIA).mkdir()
    made = Manifest(
        format=manifest.FORMAT,
        made_at=clock.now().isoformat(timespec="seconds"),
        engine=connection.vendor,
        ledger_hash=books,
        entries=entries,
        applied=applied(),
        files=manifest.listed(folder),
    )
    made.write(folder)
    return made


def restore(folder: Path) -> Manifest:
    """Check the backup, fill the empty database and the empty place of files, and prove the books.

    Raises Broken (the backup, or what came of it, is not what the manifest says) and Refused (not empty, or another
    kind of database). Nothing is written before the whole backup was read and compared.
    """
    said = manifest.verify(folder)
    if said.engine != connection.vendor:
        raise Refused(f"This backup is of {said.engine}; DATABASE_URL names {connection.vendor}.")
    media = Path(settings.ONSITE_MEDIA)
    if media.exists() and any(media.iterdir()):
        raise Refused("The place of uploads is not empty. Name an empty one in ONSITE_MEDIA.")
    stores.store().load(folder)
    shutil.copytree(folder / MEDIA, media, dirs_exist_ok=True)
    prove(said)
    return said


def prove(said: Manifest) -> None:
    """The restored portal is the one that was saved. Raises Broken with what is not."""
    if ledger_hash() != said.ledger_hash:
        raise Broken("The ledger is not the one that was saved: its hash is another.")
    if Entry.objects.count() != said.entries:
        raise Broken(f"The history has {Entry.objects.count()} entries instead of {said.entries}.")
    breaches = audit()
    if breaches:
        raise Broken(f"The ledger has {len(breaches)} breach(es): {breaches[0].sentence}.")
    report = seals.verify()
    if report.broken:
        raise Broken(f"The history is broken: {report.broken[0]}.")
    media = Path(settings.ONSITE_MEDIA)
    files = {f"{MEDIA}/{name}": facts for name, facts in manifest.listed(media).items()}
    if files != {name: list(facts) for name, facts in said.files.items() if name.startswith(f"{MEDIA}/")}:
        raise Broken("The uploads are not the ones that were saved.")


def applied() -> list[str]:
    """The migrations of the database, as app.name, in order."""
    found = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in found)
