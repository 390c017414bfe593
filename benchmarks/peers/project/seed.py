"""Fill the peer's empty, migrated database: `python seed.py ROWS NAME PASSWORD`.

One ticket goes through the peer's own form and its own follow-ups; SQL copies it with all of them. As in Onsite's
database four of five tickets are done, few queues and people have most of them, and of those that are done every
tenth keeps its follow-ups. It runs among the packages of the peer, which are not those of Onsite.
"""
# mypy: ignore-errors
# ruff: noqa: S106, S608 (SQL of constants of ours, in a throw-away database)

import os
import random
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from django.contrib.auth.models import User  # noqa: E402 - Django is set up only now
from django.core.management import call_command  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from helpdesk.forms import TicketForm  # noqa: E402
from helpdesk.models import FollowUp, Queue, Ticket, TicketChange  # noqa: E402
from helpdesk.update_ticket import update_ticket  # noqa: E402

TEAM, QUEUES = 10, 8
STATUS = "CASE WHEN h < 780 THEN 4 WHEN h < 810 THEN 5 WHEN h < 860 THEN 3 WHEN h < 880 THEN 2 ELSE 1 END"
"""Closed, duplicate and resolved of a thousand; reopened and open are what the list shows first."""
WORDS = (
    "Replace Install Inspect Repair Survey Mount Configure Remove".split(),
    "switch router till camera display printer rack antenna scanner lock".split(),
)


def people(name: str, password: str) -> list[User]:
    """Ten colleagues; the first one signs in and sees 50 tickets a page."""
    names = [name, *(f"agent{n}" for n in range(1, TEAM))]
    team = [User.objects.create_user(one, f"{one}@peer.test", is_staff=True) for one in names]
    team[0].set_password(password)
    team[0].save()
    settings = team[0].usersettings_helpdesk
    settings.tickets_per_page = 50
    settings.save()
    return team


def real_ticket(team: list[User]) -> Ticket:
    """One ticket by the form of the staff, with four follow-ups by the peer's own update."""
    queues = [Queue.objects.create(title=f"Queue {n}", slug=f"q{n}") for n in range(QUEUES)]
    typed = {
        "queue": str(queues[0].pk), "title": "Replace two switches", "body": "Swap both and label the cables.",
        "priority": "3", "submitter_email": "sam@site.test", "assigned_to": str(team[0].pk),
    }  # fmt: skip
    form = TicketForm(data=typed, queue_choices=[(queue.pk, queue.title) for queue in queues])
    assert form.is_valid(), form.errors
    ticket: Ticket = form.save(user=team[0])
    update_ticket(team[1], ticket, comment="Which rack is it?", public=True)
    update_ticket(team[0], ticket, priority=2, comment="The one beside the door.", public=True)
    update_ticket(team[0], ticket, owner=team[1].pk, comment="Yours.")
    return ticket


def copied(model: Any, row: Any, source: str, **said: str) -> None:
    """Insert a copy of the row for each row of the source; `said` gives columns in SQL over it (`r`)."""
    fields = model._meta.concrete_fields
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    values = ", ".join(
        said.get(field.column, f"a.{connection.ops.quote_name(field.column)}") for field in fields
    )
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM {source} JOIN {table} a ON a.id = {row.pk}"
        )


def fill(rows: int, team: list[User], ticket: Ticket) -> None:
    queues = list(Queue.objects.order_by("pk").values_list("pk", flat=True))
    draw = random.Random(20)
    titles = [" ".join(draw.choice(words) for words in WORDS) for _ in range(400)]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_title (n integer primary key, title text)")
        cursor.executemany("INSERT INTO bench_title VALUES (%s, %s)", list(enumerate(titles)))
        cursor.execute(
            f"CREATE TABLE bench_row AS SELECT i, {ticket.pk} + i AS pk, {STATUS} AS status, "
            f"CAST(floor(u * u * u * {len(queues)}) AS integer) + {queues[0]} AS queue_id, "
            f"CAST(floor(v * v * {len(team)}) AS integer) + {team[0].pk} AS user_id, "
            "CASE WHEN h < 860 THEN age + 86400 ELSE age / 20 END AS age, i * 389 % 400 AS title FROM (SELECT i, "
            "i * 104729 % 1000003 % 1000 AS h, i * 6151 % 1000003 / 1000003.0 AS u, "
            "i * 3079 % 1000003 / 1000003.0 AS v, i * 7919 % 1000003 * 60 AS age "
            f"FROM generate_series(1::bigint, {rows - 1}) AS s(i)) s"
        )
    earlier = " - r.age * interval '1 second'"
    copied(
        Ticket, ticket, "bench_row r JOIN bench_title n ON n.n = r.title", id="r.pk", title="n.title",
        queue_id="r.queue_id", assigned_to_id="r.user_id", status="r.status", created=f"a.created{earlier}",
        modified=f"a.modified{earlier}", submitter_email="'w' || r.i % 5000 || '@site.test'",
        secret_key="gen_random_uuid()::text", priority="1 + r.i % 5",
    )  # fmt: skip
    kept = "(SELECT * FROM bench_row WHERE status IN (1, 2, 3) OR i % 10 = 0) r"
    base, parts = FollowUp.objects.order_by("-pk")[0].pk, FollowUp.objects.filter(ticket=ticket)
    for number, part in enumerate(parts, start=1):
        pk = f"{base} + (r.i - 1) * {len(parts)} + {number}"
        copied(FollowUp, part, kept, id=pk, ticket_id="r.pk", date=f"a.date{earlier}")
        for change in TicketChange.objects.filter(followup=part):
            copied(TicketChange, change, kept, id="nextval('helpdesk_ticketchange_id_seq')", followup_id=pk)
    settle((Ticket, FollowUp))


def settle(tables: tuple[type[models.Model], ...]) -> None:
    """Bring sequences and the planner's figures up to date."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_row")
        cursor.execute("DROP TABLE bench_title")
        for model in tables:
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )
        cursor.execute("VACUUM ANALYZE")


def main(rows: int, name: str, password: str) -> None:
    call_command("loaddata", "emailtemplate.json", verbosity=0)
    with transaction.atomic():
        team = people(name, password)
        ticket = real_ticket(team)
    fill(rows, team, ticket)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
