"""Every operation of a migration after the first ones lets the portal go on working (docs/locking.md, R16)."""

import pytest
from django.apps import apps
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState

from common.online import AddCheckOnline, AddIndexOnline
from tests.support.migration_locks import dangers

ROOMS = "accounts assignments clients config ledger notifications payments timeline workers".split()
FIRST = {(room, "0001_initial") for room in ROOMS} | {
    ("assignments", "0002_paid_is_final"),
    ("assignments", "0003_find_words"),
}
"""They run on an empty database only: an installation that has rows has had them."""
REVIEWED: dict[tuple[str, str], str] = {
    ("payments", "0002_owed"): (
        "its triggers keep writers of invoices out while the open ones are added up: a second for 50,000 of 770,000"
        " (3 s on two cores at load 9); its index is made on its own new table"
    ),
    ("assignments", "0005_list_words"): (
        "it makes an index on a new table that nobody uses yet, and fills it in small transactions; what the version "
        "before writes meanwhile is mended in the night (list_words.mend)"
    ),
}
"""Later migrations whose dangers somebody has looked at, and why they are safe."""


def test_each_operation_of_a_later_migration_lets_people_work() -> None:
    disk = MigrationLoader(None).disk_migrations
    ours = {key: made for key, made in disk.items() if key[0] in ROOMS}
    assert set(ours) >= FIRST
    assert {room for room, _ in ours} == {
        room for room in ROOMS if any(apps.get_app_config(room).get_models())
    }
    found = {
        key: wrong
        for key, made in ours.items()
        if key not in FIRST and key not in REVIEWED
        if (wrong := list(dangers(made.operations, is_atomic=made.atomic)))
    }
    assert found == {}
    assert set(REVIEWED) <= set(ours) - FIRST


def add(field: models.Field) -> Operation:
    return migrations.AddField("big", "new", field)


INDEX = models.Index(fields=["kind"], name="big_kind")
CHECK = models.CheckConstraint(condition=models.Q(count__gte=0), name="big_counted")
HARMLESS = [
    add(models.TextField(null=True)),
    add(models.BooleanField(db_default=False)),
    AddIndexOnline("big", INDEX),
    AddCheckOnline("big", CHECK),
    migrations.CreateModel("Other", [("id", models.BigAutoField(primary_key=True))]),
    migrations.AlterModelOptions("big", {"ordering": ["id"]}),
    migrations.SeparateDatabaseAndState(state_operations=[migrations.AddIndex("big", INDEX)]),
]
DANGEROUS = {
    "index by AddIndexOnline": [
        add(models.ForeignKey("timeline.Entry", models.CASCADE, null=True)),
        add(models.TextField(null=True, unique=True)),
        add(models.TextField(null=True, db_index=True)),
    ],
    "cannot add rows": [add(models.IntegerField(default=0)), add(models.TextField())],
    "until it is built": [
        migrations.AddIndex("big", INDEX),
        migrations.SeparateDatabaseAndState([migrations.AddIndex("big", INDEX)]),
    ],
    "all rows are read": [migrations.AddConstraint("big", CHECK)],
    "whole table anew": [migrations.AlterField("big", "count", models.BigIntegerField())],
    "still runs asks for it": [
        migrations.RemoveField("big", "count"),
        migrations.RenameField("big", "count", "number"),
        migrations.DeleteModel("big"),
    ],
    "cannot be read from it": [
        migrations.RunPython(migrations.RunPython.noop),
        migrations.RunSQL("UPDATE onsite_big SET count = 0"),
    ],
}


def test_harmless_operations_pass() -> None:
    assert list(dangers(HARMLESS, is_atomic=False)) == []


@pytest.mark.parametrize(
    ("why", "operation"), [(why, one) for why, all_ in DANGEROUS.items() for one in all_]
)
def test_control_dangerous_operations_are_found(why: str, operation: Operation) -> None:
    (found,) = dangers([operation], is_atomic=False)
    assert why in found


def test_online_operations_need_a_migration_without_a_transaction() -> None:
    assert [one.rpartition(": ")[2] for one in dangers(HARMLESS, is_atomic=True)] == [
        "needs `atomic = False`"
    ] * 2


@pytest.mark.django_db(transaction=True)
def test_online_operations_work_forth_and_back_on_each_database() -> None:
    columns = [
        ("id", models.BigAutoField(primary_key=True)),
        ("kind", models.TextField()),
        ("count", models.IntegerField()),
    ]
    old = ProjectState()
    old.add_model(ModelState("timeline", "Big", columns, {"db_table": "onsite_big"}))
    with connection.schema_editor() as editor:
        editor.create_model(old.apps.get_model("timeline", "Big"))
    try:
        for operation in (AddIndexOnline("big", INDEX), AddCheckOnline("big", CHECK)):
            new = old.clone()
            operation.state_forwards("timeline", new)
            with connection.schema_editor(atomic=connection.vendor == "sqlite") as editor:
                operation.database_forwards("timeline", editor, old, new)
            assert names() >= {operation.deconstruct()[2][operation_part(operation)].name}
            with connection.schema_editor(atomic=connection.vendor == "sqlite") as editor:
                operation.database_backwards("timeline", editor, new, old)
            assert not names() & {"big_kind", "big_counted"}
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE onsite_big")


def operation_part(operation: Operation) -> str:
    return "index" if isinstance(operation, AddIndexOnline) else "constraint"


def names() -> set[str]:
    """Indexes and checks that the database has on the table."""
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, "onsite_big"))
