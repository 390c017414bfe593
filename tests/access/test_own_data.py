"""The copy of a person's data holds all of it and nobody else's; erasure leaves no mark (quality.md 3, row 36)."""

import json
import zipfile
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DatabaseError, models, transaction

from accounts.models import Erasure, User
from common import clock
from config.personal import erasing, exporting
from config.personal.owned import columns, rows
from config.personal.registry import Column, Table
from ledger.audit import audit
from notifications.models import Message, Notice
from tests.support.scene import OFFER, PROOF_NUMBER, REASON, TROUBLE, Scene, undone
from timeline.models import Entry
from timeline.seals import verify

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

SAID = ("Hello from the worker", "Another day, please", TROUBLE)
"""What the worker of the scene wrote by the real actions; quoted in history, bells and mails."""
NO_TEXT = (models.FileField, models.JSONField, models.GenericIPAddressField)
KEPT = {(table.label, column.name) for table, column in columns("keep", "stays")}
"""Where words may stay, each with its reason in the register."""


def plant(user: User, prefix: str) -> dict[str, tuple[str, str]]:
    """Put a mark of its own into every text of this person that can be written; returns mark -> column."""
    planted: dict[str, tuple[str, str]] = {}
    for table, column in columns("blank", "keep"):
        field = table.model._meta.get_field(column.name)
        if table.label == "accounts.User" or isinstance(field, NO_TEXT):
            continue
        mark = f"{prefix}{len(planted):03d}"[-(field.max_length or 99) :]
        try:
            with transaction.atomic():
                ids = list(rows(table, column.path, user).values_list("pk", flat=True)[:1])
                changed = table.model._default_manager.filter(pk__in=ids).update(**{column.name: mark})
        except DatabaseError:  # what was said or agreed cannot be written over
            continue
        if changed and (field.max_length or 99) > 8:
            planted[mark] = (table.label, column.name)
    return planted


def found(*words: str) -> list[tuple[str, str, str]]:
    """(model, column, word) for each column of the database in which one of the words stands, kept ones aside."""
    hits = set()
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values():
            for name, value in row.items():
                text = json.dumps(value, default=str, ensure_ascii=False).lower()
                if (model._meta.label, name) not in KEPT:
                    hits |= {(model._meta.label, name, word) for word in words if word.lower() in text}
    return sorted(hits)


def copy_of(user: User) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What is in the copy: its rows, and its files by name."""
    target = BytesIO()
    exporting.write(user, target)
    with zipfile.ZipFile(target) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if name.startswith("files/")}
        return json.loads(archive.read("data.json")), files


@pytest.fixture
def person(scene: Scene) -> Iterator[User]:
    """The worker of the scene. What is done to this person is taken back."""
    with undone():
        yield User.objects.get(pk=scene.people.worker.user_id)


def test_the_copy_holds_every_mark_of_the_person_and_none_of_others(person: User, scene: Scene) -> None:
    mine = plant(person, "ZQMINE")
    theirs = {}
    for other in (scene.people.applicant.user, scene.people.owner, scene.people.removed.user):
        theirs |= plant(other, f"ZQ{other.pk}X")
    data, files = copy_of(person)
    text = json.dumps(data, ensure_ascii=False)
    assert [mine[mark] for mark in mine if mark not in text] == []
    assert len(mine) > 15
    assert [theirs[mark] for mark in theirs if mark in text] == []
    assert len(theirs) > 15
    for word in (OFFER, REASON, "Adam Applicant", "Olivia Owner"):
        assert word not in text
    assert person.email in text
    assert files
    assert person.password not in text
    assert "sealed" not in text


def test_the_copy_holds_what_the_person_said_and_proved(person: User) -> None:
    text = json.dumps(copy_of(person)[0], ensure_ascii=False)
    assert [word for word in (*SAID, PROOF_NUMBER, person.email, person.name) if word not in text] == []


def test_the_files_of_the_copy_are_those_that_the_person_gave(person: User) -> None:
    data, files = copy_of(person)
    assert data["missing_files"] == []
    labels = {name.split("/")[1] for name in files}
    assert {
        "assignments.Deliverable",
        "assignments.FieldPhoto",
        "assignments.MessageFile",
        "assignments.MoneyRequest",
        "assignments.ChangeOrder",
        "assignments.ProblemPhoto",
        "workers.Evidence",
    } <= labels
    assert all(files.values())


def erase(user: User) -> Erasure:
    now = clock.now()
    request = Erasure.objects.create(user=user, asked_at=now, due_at=now)
    erasing.erase(request)
    return request


def test_erasure_leaves_no_mark_and_the_books_and_the_history_whole(
    person: User, django_capture_on_commit_callbacks: Any
) -> None:
    email, name, mine = person.email, person.name, plant(person, "ZQMINE")
    before = found(name, email)
    assert {"timeline.Entry", "notifications.Notice", "notifications.Message"} <= {hit[0] for hit in before}
    with django_capture_on_commit_callbacks(execute=True):
        erase(person)
    assert found(name, email, *mine) == []
    person.refresh_from_db()
    assert (person.name, person.is_active, person.has_usable_password()) == (
        f"Former member {person.pk}",
        False,
        False,
    )
    assert verify().broken == []
    assert audit() == []
    call_command("verify_history", stdout=StringIO())


@pytest.mark.parametrize("who", ["owner", "applicant", "removed", "manager"])
def test_people_of_either_side_leave_no_mark(scene: Scene, who: str) -> None:
    with undone():
        user = User.objects.get(pk=scene.people.user(who).pk)
        words = [user.name, user.email, *plant(user, "ZQTHEIRS")]
        assert found(*words)
        erase(user)
        assert found(*words) == []
        assert (verify().broken, audit()) == ([], [])


def test_what_the_person_said_is_gone_from_every_copy(person: User) -> None:
    assert {word for *_, word in found(*SAID)} == set(SAID)
    erase(person)
    assert found(*SAID, "I can come") == []
    assert verify().broken == []


def test_the_words_and_rows_of_others_are_as_they_were(person: User, scene: Scene) -> None:
    def others() -> list[Any]:
        kept = [person.pk]
        return [
            list(User.objects.exclude(pk__in=kept).order_by("pk").values()),
            list(Notice.objects.exclude(user__in=kept).order_by("pk").values_list("pk", "user", "at")),
            list(
                Message.objects.exclude(user__in=kept).order_by("pk").values_list("pk", "to_email", "state")
            ),
            list(Entry.objects.order_by("pk").values_list("pk", "kind", "actor", "at", "sequence")),
            list(_texts_of(scene.people.owner)),
            list(_texts_of(scene.people.applicant.user)),
        ]

    before = others()
    erase(person)
    assert others() == before


def _texts_of(user: User) -> Iterator[tuple[str, str, Any]]:
    for table, column in columns("blank", "keep", "file"):
        for value in rows(table, column.path, user).order_by("pk").values_list(column.name, flat=True):
            yield table.label, column.name, value


def test_the_files_of_the_person_are_removed_and_those_of_the_work_stay(
    person: User, django_capture_on_commit_callbacks: Any
) -> None:
    gone, kept = _stored(person, "file"), _stored(person, "keep")
    assert gone and kept
    with django_capture_on_commit_callbacks(execute=True):
        erase(person)
    assert [name for name in gone if default_storage.exists(name)] == []
    assert [name for name in kept if not default_storage.exists(name)] == []


def _stored(user: User, act: str) -> list[str]:
    def names(table: Table, column: Column) -> list[str]:
        if not isinstance(table.model._meta.get_field(column.name), models.FileField):
            return []
        return [name for name in rows(table, column.path, user).values_list(column.name, flat=True) if name]

    return [name for table, column in columns(act) for name in names(table, column)]
