"""A database full of open work for benchmarks/find.py: one assignment made by the real actions, copied by SQL."""
# ruff: noqa: S106, S608 (a throw-away database, and SQL of constants of ours)

import random
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction

from accounts.models import User
from assignments.models import Application, Assignment, AssignmentRequirement, Findable, Invitation
from assignments.states import State
from clients.models import Client
from common import clock, places
from tests.factories import assignment_in, company, member, worker
from workers.models import Credential, CredentialKind, Evidence, EvidenceState, Skill, Worker

TOWNS, TITLES, TALES, COMPANIES, WORKERS = 3_000, 400, 600, 300, 2_000
SKILLS = [f"Skill {number}" for number in range(40)] + ["Cabling", "Drones"]
INDUSTRIES = ("Networking and cabling", "Point of sale", "Electrical", "Cleaning", "Surveys and inspections")
VERBS = ("Replace", "Install", "Inspect", "Repair", "Survey", "Mount", "Configure", "Remove")
THINGS = (
    "switch",
    "router",
    "till",
    "camera",
    "display",
    "printer",
    "rack",
    "access point",
    "scanner",
    "lock",
)
SPARE = ("", " in the lobby", " on floor 2", " at the till", " in the store room")
RARE = ("zeppelin", "theodolite", "gyroscope", "oscilloscope")
"""Words of one description each: what a search for something seldom finds."""


def seed(rows: int, open_share: int) -> Worker:
    """Fill an empty database. Returns the worker who looks; home is where work is dense."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    if Assignment.objects.exists():
        return Worker.objects.get(user__name="Wilma Looks")
    draw = random.Random(20)
    with transaction.atomic():
        owner = member(company("Bench Company"), "Berta Bench")
        pattern = assignment_in(State.SENT, owner=owner)
        towns = _towns(draw)
        looking = worker("Wilma Looks", lat=towns[0][1], lon=towns[0][2])
        skills = [Skill.objects.create(name=name) for name in SKILLS]
        looking.skills.set(skills[:20])
        _people(owner)
        _lists(draw, towns)
        _rows(pattern, rows, open_share)
        _skills(skills)
        _findable()
        _asks(looking, owner)
        _offers(owner)
    with connection.cursor() as cursor:
        for name in ("town", "title", "tale"):
            cursor.execute(f"DROP TABLE bench_{name}")
        cursor.execute("ANALYZE" if connection.vendor == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)")
    return looking


def _towns(draw: random.Random) -> list[tuple[int, float, float, str, str, str]]:
    """Real postcodes; the first ones are the large cities, where most of the work is."""
    codes = [f"{draw.randrange(1000, 99999):05d}" for _ in range(TOWNS * 6)]
    found = [place for code in codes if (place := places.find(code)) and 24 < place.lat < 50]
    return [
        (n, round(one.lat, 2), round(one.lon, 2), f"Town {n % 700}", one.region, one.postcode)
        for n, one in enumerate(found[:TOWNS])
    ]


def _people(owner: User) -> None:
    Client.objects.bulk_create(Client(name=f"Company {n}", fee_bps=1000) for n in range(COMPANIES))
    users = User.objects.bulk_create(
        User(name=f"Worker {n}", email=f"worker{n}@bench.test", password="!") for n in range(WORKERS)
    )
    Worker.objects.bulk_create(Worker(user=user, city="Albany", postcode="12207") for user in users)


def _lists(draw: random.Random, towns: Sequence[Any]) -> None:
    """What the copies pick from: towns, titles, and descriptions of common and seldom words."""
    vocabulary = [f"word{number}" for number in range(2_000)]
    weights = [1 / (number + 10) for number in range(2_000)]
    titles = [(n, f"{draw.choice(VERBS)} {draw.choice(THINGS)}{draw.choice(SPARE)}") for n in range(TITLES)]
    tales = [(n, " ".join(draw.choices(vocabulary, weights, k=40))) for n in range(TALES)]
    tales[-len(RARE) :] = [(n, f"{tale} {rare}") for (n, tale), rare in zip(tales[-4:], RARE, strict=True)]
    _table(
        "town", "n integer primary key, lat float, lon float, city text, region text, postcode text", towns
    )
    _table("title", "n integer primary key, title text", titles)
    _table("tale", "n integer primary key, tale text", tales)


def _table(name: str, columns: str, rows: Iterable[Any]) -> None:
    listed = list(rows)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_{name} ({columns})")
        marks = ", ".join(["%s"] * len(listed[0]))
        cursor.executemany(f"INSERT INTO bench_{name} VALUES ({marks})", listed)


def _h(factor: int, most: int) -> str:
    """A number below `most` that looks drawn, from the row's number."""
    return f"((s.i * {factor}) % 1000003 % {most})"


def _rows(pattern: Assignment, rows: int, open_share: int) -> None:
    """Copies of the pattern: the open share is Available and starts in the coming weeks, the rest is cancelled."""
    now = clock.now()
    first_client = Client.objects.order_by("pk").values_list("pk", flat=True)[1]
    minutes = _h(7919, 60 * 24 * 60)
    if connection.vendor == "postgresql":
        series = f"(SELECT generate_series(1::bigint, {rows}) AS i) s"
        start = f"CAST('{now:%F %T}+00' AS timestamptz) + ({minutes} + 60) * interval '1 minute'"
    else:
        series = f"(WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c LIMIT {rows}) SELECT i FROM c) s"
        start = f"strftime('%Y-%m-%d %H:%M:%S', '{now:%F %T}', ({minutes} + 60) || ' minutes')"
    share = f"{_h(104729, 100)} < {open_share}"
    values = {
        "id": f"{pattern.pk} + s.i",
        "state": f"CASE WHEN {share} THEN 'sent' ELSE 'cancelled' END",
        "title": "bench_title.title",
        "description": "bench_tale.tale",
        "industry": f"CASE {_h(31, 5)} "
        + " ".join(f"WHEN {n} THEN '{one}'" for n, one in enumerate(INDUSTRIES))
        + " END",
        "client_id": f"{first_client} + {_h(6151, COMPANIES)}",
        "price_minor": f"5000 + {_h(3079, 900)} * 100",
        "duration_minutes": f"60 + 30 * {_h(193, 12)}",
        "is_virtual": f"{_h(769, 50)} = 0",
        "is_marketplace": f"{_h(1543, 10)} <> 0",
        "area_lat": "bench_town.lat",
        "area_lon": "bench_town.lon",
        "city": "bench_town.city",
        "region": "bench_town.region",
        "postcode": "bench_town.postcode",
        "start_at": start,
    }
    columns = [field.column for field in Assignment._meta.concrete_fields]
    made = ", ".join(values.get(name, f'a."{name}"') for name in columns)
    crowd = f"CAST({_h(50021, 1000)} * {_h(50021, 1000)} * {TOWNS / 1_000_000} AS integer)"
    sql = (
        f"INSERT INTO assignments_assignment ({', '.join(columns)}) SELECT {made} "
        f"FROM {series} JOIN assignments_assignment a ON a.id = {pattern.pk} "
        f"JOIN bench_town ON bench_town.n = {crowd} "
        f"JOIN bench_title ON bench_title.n = {_h(389, TITLES)} JOIN bench_tale ON bench_tale.n = {_h(97, TALES)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('assignments_assignment', 'id'), "
                "(SELECT max(id) FROM assignments_assignment))"
            )


def _skills(skills: Sequence[Skill]) -> None:
    """Two skills for each open row; the last one is asked for by one row in five thousand."""
    first, table = skills[0].pk, Assignment.skills.through._meta.db_table
    with connection.cursor() as cursor:
        for factor in (12289, 24593):
            cursor.execute(
                f"INSERT INTO {table} (assignment_id, skill_id) SELECT s.i, {first} + {_h(factor, 40)} "
                "FROM (SELECT id AS i FROM assignments_assignment WHERE state = 'sent') s WHERE true "
                "ON CONFLICT DO NOTHING"
            )
        seldom = skills[-1].pk
        cursor.execute(
            "INSERT INTO assignments_assignment_skills (assignment_id, skill_id) "
            f"SELECT id, {seldom} FROM assignments_assignment WHERE state = 'sent' AND id % 5000 = 0"
        )


def _asks(looking: Worker, owner: User) -> None:
    """Every third open row asks for a licence, every sixth for two; the worker who looks has four of ten."""
    licences = [
        Credential.objects.create(kind=CredentialKind.LICENCE, name=f"Licence {n}") for n in range(10)
    ]
    first, table, now = licences[0].pk, AssignmentRequirement._meta.db_table, clock.now()
    for one in licences[:4]:
        Evidence.objects.create(
            worker=looking, credential=one, state=EvidenceState.ACCEPTED, reviewed_by=owner, reviewed_at=now,
            file="none", name="none", size=0, content_type="", sha256="",
        )  # fmt: skip
    with connection.cursor() as cursor:
        for factor, share in ((50_023, 3), (75_037, 6)):
            cursor.execute(
                f"INSERT INTO {table} (assignment_id, kind, credential_id, position, source) "
                f"SELECT s.i, 'credential', {first} + {_h(factor, 10)}, {share}, 'Bench' "
                f"FROM (SELECT assignment_id AS i FROM assignments_findable) s WHERE s.i % {share} = 0"
            )


def _findable() -> None:
    """The search rows, by the same rules as search.made in the database's words."""
    Findable.objects.all().delete()
    up, over = "radians(area_lat)", "radians(area_lon)"
    values = {
        "assignment_id": "id",
        "client_id": "client_id",
        "start_at": "start_at",
        "until_at": "start_at",
        "changed_at": "sent_at",
        "schedule_kind": "schedule_kind",
        "is_virtual": "is_virtual",
        "lat": _placed("area_lat"),
        "lon": _placed("area_lon"),
        "x": _placed(f"cos({up}) * cos({over})"),
        "y": _placed(f"cos({up}) * sin({over})"),
        "z": _placed(f"sin({up})"),
        "town": "lower(city || ', ' || region)",
        "industry": "industry",
        "pay_minor": "price_minor",
        "rate_minor": "price_minor * 60 / duration_minutes",
        "has_fastfunds": "fastfunds_eligible",
        "text": "lower(title || ' ' || industry || ' ' || city || ' ' || region || ' ' || description)",
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO assignments_findable ({', '.join(values)}) SELECT {', '.join(values.values())} "
            "FROM assignments_assignment WHERE state = 'sent' AND is_marketplace"
        )


def _placed(value: str) -> str:
    return f"CASE WHEN is_virtual THEN NULL ELSE {value} END"


def _offers(owner: User) -> None:
    """Every tenth open row has offers, every twentieth was offered by name."""
    ids = Assignment.objects.filter(state=State.SENT).order_by("pk").values_list("pk", flat=True)
    workers = list(Worker.objects.order_by("pk").values_list("pk", flat=True))
    open_ids = list(ids)
    Application.objects.bulk_create(
        (
            Application(assignment_id=pk, worker_id=workers[n % len(workers)], price_minor=10_000)
            for n, pk in enumerate(open_ids[::10])
        ),
        batch_size=2_000,
    )
    Invitation.objects.bulk_create(
        (
            Invitation(assignment_id=pk, worker_id=workers[n % len(workers)], invited_by=owner)
            for n, pk in enumerate(open_ids[5::20])
        ),
        batch_size=2_000,
    )
