"""The database of `make bench`: as many assignments as asked, with what hangs on them, in the proportions of life.

One assignment of each stage walks there by the real actions; SQL copies it with all its rows (site, engagement,
application, check-in, agreement sheet, history, invoice). A few companies and workers have much of the work, most of it
is old and Paid. Old work keeps its history in every tenth row only: no page of a list reads it.
"""
# ruff: noqa: S608 (SQL of constants of ours, in a throw-away database)

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.apps import apps
from django.db import connection, models, transaction

from accounts.models import User
from assignments import list_words
from assignments.models import Assignment, Engagement, Findable
from assignments.states import State
from clients.models import Client, Member
from clients.roles import Role
from common import clock, places
from payments import owed
from payments.models import Invoice
from tests.factories import assignment_in, company, member, worker
from timeline.models import Entry
from workers.models import Worker

SHARES: Final = {
    State.PAID: 720, State.CANCELLED: 90, State.APPROVED: 50, State.SENT: 50, State.ASSIGNED: 30, State.DRAFT: 25,
    State.PENDING_APPROVAL: 20, State.IN_PROGRESS: 10, State.ON_HOLD: 5,
}  # fmt: skip
"""Rows of each stage in a thousand."""
OLD: Final = (State.PAID, State.CANCELLED)
ALWAYS: Final = ("assignments_site", "assignments_engagement", "assignments_application", "payments_invoice")
"""What old rows keep whole; the rest hangs on every tenth of them."""
AMOUNTS: Final = {
    "worker_minor": "r.price", "pay_minor": "r.price", "fee_minor": "r.price / 10",
    "total_minor": "r.price + r.price / 10",
}  # fmt: skip
TEAM: Final = 10
TOWNS: Final = 250
VERBS = ("Replace", "Install", "Inspect", "Repair", "Survey", "Mount", "Configure", "Remove")
THINGS = "switch router till camera display printer rack antenna scanner lock".split()
SPARE = ("", " in the lobby", " on floor 2", " at the till", " in the store room")
RARE: Final = "zeppelin"
"""A word in one title of 400."""


@dataclass(frozen=True)
class World:
    """Who looks at the pages: the largest company's owner and the busiest worker."""

    owner: User
    worker: Worker
    rows: int


def found() -> World | None:
    """What an earlier run has filled."""
    owner = User.objects.filter(name="Berta Bench").first()
    looking = Worker.objects.filter(user__name="Wilma Looks").first()
    return World(owner, looking, Assignment.objects.count()) if owner and looking else None


def fill(rows: int, *, of_one_company: bool = False) -> World:
    """Fill an empty, migrated database; on wish the largest company has every row."""
    draw = random.Random(20)
    with transaction.atomic():
        big = company("Bench Company", cash=10**12)
        owner, looking = member(big, "Berta Bench"), worker("Wilma Looks")
        patterns = {
            state: assignment_in(state, owner=owner, by=worker(f"Pete {state.label}")) for state in SHARES
        }
        _people(max(rows // 1_000, 20), max(rows // 20, 200), big)
    with _unwatched():
        _lists(draw)
        _rows(rows, patterns, big, owner, looking, of_one_company)
        for kind, (state, pattern) in enumerate(patterns.items()):
            _copy_all(kind, state, pattern, owner)
    with connection.cursor() as cursor:
        for statement in (
            *(f"DROP TABLE bench_{name}" for name in ("row", "town", "title")),
            *owed.fill_sql(),
        ):
            cursor.execute(statement)
    list_words.mend(clock.now())
    settle()
    return World(owner, looking, Assignment.objects.count())


def settle() -> None:
    """Bring sequences and the planner's figures up to date."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for model in (Assignment, Engagement):
                table = model._meta.db_table
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
                )
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("ANALYZE")


@contextmanager
def _unwatched() -> Iterator[None]:
    """Without triggers and foreign keys: copies of what they let through once."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        else:
            cursor.execute("PRAGMA foreign_keys = OFF")
            cursor.execute("PRAGMA cache_size = -500000")
        with transaction.atomic():
            yield
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
        else:
            cursor.execute("PRAGMA foreign_keys = ON")


def _people(companies: int, workers: int, big: Client) -> None:
    made = Client.objects.bulk_create(Client(name=f"Company {n}", fee_bps=1000) for n in range(1, companies))
    seats = [(big, n) for n in range(1, TEAM)] + [(one, n) for one in made for n in range(TEAM)]
    users = User.objects.bulk_create(
        (
            User(name=f"Mona {n} of {one.name}", email=f"m{n}.c{one.pk}@bench.test", password="!")  # noqa: S106
            for one, n in seats
        ),
        batch_size=2_000,
    )
    Member.objects.bulk_create(
        (
            Member(client=one, user=user, role=Role.MANAGER)
            for (one, _), user in zip(seats, users, strict=True)
        ),
        batch_size=2_000,
    )
    people = User.objects.bulk_create(
        (
            User(name=f"Walter {n} Works", email=f"w{n}@bench.test", password="!")  # noqa: S106
            for n in range(workers)
        ),
        batch_size=2_000,
    )
    Worker.objects.bulk_create(
        (Worker(user=user, city="Albany", postcode="12207") for user in people), batch_size=2_000
    )


def _lists(draw: random.Random) -> None:
    """What copies pick from: towns, the large ones first, and 400 titles."""
    codes = [f"{draw.randrange(1000, 99999):05d}" for _ in range(3_000)]
    found = [place for code in codes if (place := places.find(code)) and 24 < place.lat < 50][:TOWNS]
    towns = [
        (n, round(p.lat, 2), round(p.lon, 2), f"Town {n}", p.region, p.postcode) for n, p in enumerate(found)
    ]
    titles = [(n, f"{draw.choice(VERBS)} {draw.choice(THINGS)}{draw.choice(SPARE)}") for n in range(399)]
    _table(
        "town", "n integer primary key, lat float, lon float, city text, region text, postcode text", towns
    )
    _table("title", "n integer primary key, title text", [*titles, (399, f"Moor the {RARE}")])


def _table(name: str, columns: str, rows: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_{name} ({columns})")
        cursor.executemany(f"INSERT INTO bench_{name} VALUES ({', '.join(['%s'] * len(rows[0]))})", rows)


def _h(factor: int, most: int) -> str:
    """A number below `most` that looks drawn, from the row's number."""
    return f"((s.i * {factor}) % 1000003 % {most})"


def _u(factor: int) -> str:
    """The same from 0 up to 1."""
    return f"(((s.i * {factor}) % 1000003) / 1000003.0)"


def _rows(
    rows: int,
    patterns: dict[State, Assignment],
    big: Client,
    owner: User,
    looking: Worker,
    of_one_company: bool,
) -> None:
    """Who and what each copy is: one row for each, read by every copying statement."""
    clients = list(Client.objects.exclude(pk=big.pk).order_by("pk").values_list("pk", flat=True))
    team = User.objects.filter(memberships__client__in=[big.pk, clients[0]]).exclude(pk=owner.pk)
    first_user = team.order_by("pk").values_list("pk", flat=True)[
        0
    ]  # of nine of the large company, then tens
    made = Worker.objects.filter(user__email__endswith="@bench.test")
    people = made.order_by("pk").values_list("pk", "user_id")
    (first_worker, first_worker_user), workers = people[0], people.count()
    kinds, edge = [], 0
    for number, share in enumerate(SHARES.values()):
        edge += share
        kinds.append(f"WHEN {_h(104729, 1000)} < {edge} THEN {number}")
    place = f"CAST(floor({_u(6151)} * {_u(6151)} * {_u(6151)} * {len(clients) + 1}) AS integer)"
    place = "0" if of_one_company else place
    who = f"CAST(floor({_u(3079)} * {_u(3079)} * {workers + 1}) AS integer)"
    spread = 730 * 24 * 60
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE bench_row AS SELECT i, pk, CASE {' '.join(kinds)} END AS kind, "
            f"CASE c WHEN 0 THEN {big.pk} ELSE {clients[0]} + c - 1 END AS client_id, "
            f"CASE WHEN c = 0 AND i % 10 = 0 THEN {owner.pk} WHEN c = 0 THEN {first_user} + i % 9 "
            f"ELSE {first_user} + 9 + (c - 1) * 10 + i % 10 END AS owner_id, "
            f"CASE w WHEN 0 THEN {looking.pk} ELSE {first_worker} + w - 1 END AS worker_id, "
            f"CASE w WHEN 0 THEN {looking.user_id} ELSE {first_worker_user} + w - 1 END AS worker_user_id, "
            "engagement_id, town, title, price, old, age, ahead FROM (SELECT s.i AS i, "
            f"{max(row.pk for row in patterns.values())} + s.i AS pk, {place} AS c, {who} AS w, "
            f"{Engagement.objects.order_by('-pk')[0].pk} + s.i AS engagement_id, "
            f"CAST(floor({_u(50021)} * {_u(50021)} * {TOWNS}) AS integer) AS town, {_h(389, 400)} AS title, "
            f"5000 + {_h(3571, 900)} * 100 AS price, {_h(7919, spread)} + 60 AS old, "
            f"{_h(1543, 3 * 24 * 60)} AS age, {_h(769, 60 * 24 * 60)} AS ahead FROM {_series(rows)}) s"
        )
        cursor.execute("CREATE INDEX bench_row_kind ON bench_row (kind)")


def _series(rows: int) -> str:
    if connection.vendor == "postgresql":
        return f"generate_series(1::bigint, {rows}) AS s(i)"
    return f"(WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c LIMIT {rows}) SELECT i FROM c) s"


def _copy_all(kind: int, state: State, pattern: Assignment, owner: User) -> None:
    """The copies of one stage: assignments first, then each row that hangs on the pattern."""
    is_old = state in OLD
    copier = Copier(kind, is_old, pattern, owner)
    copier.copy(Assignment, pattern, where="")
    for model in apps.get_models(include_auto_created=True):
        names = [f.name for f in model._meta.concrete_fields if f.related_model is Assignment]
        if not names or model is Assignment:
            continue
        some = "" if model._meta.db_table in ALWAYS else "AND r.i % 10 = 0" if is_old else ""
        for row in model._default_manager.filter(**{names[0]: pattern.pk}):
            copier.copy(model, row, where=some)
    for entry in Entry.objects.filter(subject_type="assignment", subject_id=pattern.pk).order_by("sequence"):
        copier.copy(Entry, entry, where="AND r.i % 10 = 0" if is_old else "", subject_id="r.pk")


@dataclass(frozen=True)
class Copier:
    """Writes copies of a pattern's rows: ids, people and instants become those of each bench_row."""

    kind: int
    is_old: bool
    pattern: Assignment
    owner: User

    def copy(self, model: Any, row: Any, *, where: str, **said: str) -> None:
        """`said`: columns in SQL over `r` (bench_row), `a` (the pattern's row), `t` (town) and `n` (title)."""
        fields = [
            field
            for field in model._meta.concrete_fields
            if not isinstance(field, models.AutoField) or model in (Assignment, Engagement)
        ]
        values = [said.get(field.column) or self._value(model, field, row) for field in fields]
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(connection.ops.quote_name(f.column) for f in fields)}) "
                f"SELECT {', '.join(values)} FROM bench_row r JOIN {table} a ON a.{model._meta.pk.column} = {row.pk} "
                "JOIN bench_town t ON t.n = r.town JOIN bench_title n ON n.n = r.title "
                f"WHERE r.kind = {self.kind} {where}"
            )

    def _value(self, model: Any, field: Any, row: Any) -> str:
        plain = f"a.{connection.ops.quote_name(field.column)}"
        value = getattr(row, field.attname)
        fixed = self._of_assignment(field, plain) if model in (Assignment, Findable) else ""
        if fixed or value is None:
            return fixed or "NULL"
        if field.primary_key and not field.is_relation:
            return {Assignment: "r.pk", Engagement: "r.engagement_id"}[model]
        if field.is_relation:
            return self._relation(field, value, plain)
        if isinstance(field, models.UUIDField):
            return _random_uuid()
        age = "r.old" if self.is_old else "r.age"
        if field.column == "past_due_at" and model is Invoice:
            return _day_after(_earlier("a.due_on", age, is_day=True))
        if isinstance(field, models.DateTimeField):
            return self._moment(plain, value)
        if isinstance(field, models.DateField):
            return _earlier(plain, age, is_day=True)
        if field.name == "number" and field.unique:
            return "'B-' || r.i"
        if field.name in AMOUNTS:
            return AMOUNTS[field.name]
        return plain

    def _relation(self, field: Any, value: int, plain: str) -> str:
        match field.related_model.__name__:
            case "Assignment":
                return "r.pk"
            case "Engagement":
                return "r.engagement_id"
            case "Client":
                return "r.client_id"
            case "Worker":
                return "r.worker_id"
            case "User":
                return (
                    "r.owner_id"
                    if value == self.owner.pk
                    else "r.worker_user_id"
                    if self._is_worker(value)
                    else plain
                )
        return plain

    def _is_worker(self, user_id: int) -> bool:
        return self.pattern.worker is not None and self.pattern.worker.user_id == user_id

    def _moment(self, plain: str, value: datetime) -> str:
        """What lay behind the pattern lies further behind, what lay ahead is spread over the coming 60 days."""
        if self.is_old:
            return _earlier(plain, "r.old")
        if value <= clock.now() + timedelta(minutes=1):
            return _earlier(plain, "r.age")
        return _earlier(plain, "(r.ahead * -1)")

    def _of_assignment(self, field: Any, plain: str) -> str:
        """Columns that differ from copy to copy beside ids and instants."""
        found = {
            "title": "n.title", "city": "t.city", "region": "t.region", "postcode": "t.postcode",
            "area_lat": "t.lat", "area_lon": "t.lon", "lat": "t.lat", "lon": "t.lon",
            "price_minor": "r.price", "create_key": "NULL", "town": "lower(t.city || ', ' || t.region)",
            "text": "lower(n.title || ' ' || t.city || ' ' || t.region)", "rate_minor": "r.price / 2",
            "x": "cos(radians(t.lat)) * cos(radians(t.lon))", "y": "cos(radians(t.lat)) * sin(radians(t.lon))",
            "z": "sin(radians(t.lat))",
        }  # fmt: skip
        return found.get(field.column, "")


def _random_uuid() -> str:
    return "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"


def _day_after(day: str) -> str:
    """The end of a day, as an invoice has it: all of one day are past due at the same instant."""
    if connection.vendor == "postgresql":
        return f"CAST({day} + 1 AS timestamptz)"
    return f"strftime('%Y-%m-%d 00:00:00', {day}, '+1 day')"


def _earlier(column: str, minutes: str, *, is_day: bool = False) -> str:
    """The instant or day so many minutes before."""
    if connection.vendor == "postgresql":
        moved = f"{column} - {minutes} * interval '1 minute'"
        return f"CAST({moved} AS date)" if is_day else moved
    form = "%Y-%m-%d" if is_day else "%Y-%m-%d %H:%M:%f"
    return f"strftime('{form}', {column}, ({minutes} * -1) || ' minutes')"
