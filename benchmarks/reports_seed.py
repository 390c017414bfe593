"""A year of paid work for benchmarks/reports.py: one assignment paid by the real actions, copied by SQL."""
# ruff: noqa: S106, S608 (a throw-away database, and SQL of constants of ours)

from typing import Any

from django.db import connection, transaction

from accounts.models import User
from assignments.models import Assignment, Engagement
from assignments.states import State
from clients.models import Client, Customer, Project
from ledger.models import Account, Entry, Posting
from payments.models import Invoice
from tests.factories import assignment_in, company, member, worker
from workers.models import Worker


def seed(rows: int, companies: int, workers: int, projects: int) -> tuple[Client, Worker]:
    """Fill the database. Returns the company with a twentieth of all rows, and its worker."""
    with transaction.atomic():
        big = company("Bench Company")
        looking = worker("Wilma Looks")
        pattern = assignment_in(
            State.PAID, owner=member(big, "Berta Bench"), by=looking, fastfunds_eligible=True
        )
        clients = Client.objects.bulk_create(
            Client(name=f"Company {n}", fee_bps=1000, currency="EUR" if n % 4 == 0 else "USD")
            for n in range(companies)
        )
        users = User.objects.bulk_create(
            User(name=f"Worker {n}", email=f"worker{n}@bench.test", password="!") for n in range(workers)
        )
        people = Worker.objects.bulk_create(
            Worker(user=user, city="Albany", postcode="12207") for user in users
        )
        customers = Customer.objects.bulk_create(
            Customer(client=big, name=f"Customer {n}") for n in range(20)
        )
        made = Project.objects.bulk_create(
            Project(customer=customers[n % 20], name=f"Project {n}") for n in range(projects)
        )
    big_share = f"{_h(104729, 20)} = 0"
    places = {
        "client": f"CASE WHEN {big_share} THEN {big.pk} ELSE {clients[0].pk} + {_h(6151, companies)} END",
        "worker": f"CASE WHEN {big_share} AND {_h(769, 25)} = 0 THEN {looking.pk} "
        f"ELSE {people[0].pk} + {_h(3079, workers)} END",
        "project": f"CASE WHEN {big_share} THEN {made[0].pk} + {_h(389, projects)} END",
        "customer": f"CASE WHEN {big_share} THEN {customers[0].pk} + {_h(389, projects)} % 20 END",
        "currency": f"CASE WHEN NOT ({big_share}) AND {_h(6151, companies)} % 4 = 0 THEN 'EUR' ELSE 'USD' END",
        "approved": f"(now() - {_h(7919, 730 * 24 * 60)} * interval '1 minute')",
        "open": f"{_h(1543, 20)} = 0",
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SET session_replication_role = replica"
        )  # copies of what the triggers let through once
        _copy(Assignment, pattern.pk, rows, _assignment(pattern.pk, pattern.engagement_id, places))
        engagement = Engagement.objects.get(assignment=pattern)
        _copy(Engagement, engagement.pk, rows, _engagement(pattern.pk, engagement.pk, places))
        invoice = Invoice.objects.get(assignment=pattern)
        _copy(Invoice, invoice.pk, rows, _invoice(pattern.pk, invoice.pk, places))
        _ledger(rows, places)
        cursor.execute("SET session_replication_role = DEFAULT")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return big, looking


def _h(factor: int, most: int) -> str:
    """A number below `most` that looks drawn, from the row's number."""
    return f"((s.i * {factor}) % 1000003 % {most})"


def _copy(model: Any, pk: int, rows: int, values: dict[str, str]) -> None:
    """So many copies of a row, with these columns said in SQL over `s.i` and the row `a`."""
    table, columns = model._meta.db_table, [field.column for field in model._meta.concrete_fields]
    made = ", ".join(values.get(name, f'a."{name}"') for name in columns)
    quoted = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({quoted}) SELECT {made} FROM generate_series(1::bigint, {rows}) AS s(i) "
            f"JOIN {table} a ON a.id = {pk}"
        )


def _assignment(pk: int, engagement: int, at: dict[str, str]) -> dict[str, str]:
    approved = at["approved"]
    return {
        "id": f"{pk} + s.i",
        "state": f"CASE WHEN {at['open']} THEN 'approved' ELSE 'paid' END",
        "client_id": at["client"],
        "worker_id": at["worker"],
        "engagement_id": f"{engagement} + s.i",
        "project_id": at["project"],
        "customer_id": at["customer"],
        "currency": at["currency"],
        "create_key": "NULL",
        "sent_at": f"{approved} - interval '6 days'",
        "assigned_at": f"{approved} - interval '6 days' + {_h(193, 4000)} * interval '1 minute'",
        "submitted_at": f"{approved} - {_h(977, 5000)} * interval '1 minute'",
        "first_check_in_at": f"{approved} - interval '4 days'",
        "approved_at": approved,
        "paid_at": f"CASE WHEN {at['open']} THEN NULL ELSE {approved} + interval '20 days' END",
    }


def _engagement(pk: int, engagement: int, at: dict[str, str]) -> dict[str, str]:
    checked = f"{at['approved']} - interval '4 days'"
    return {
        "id": f"{engagement} + s.i",
        "assignment_id": f"{pk} + s.i",
        "worker_id": at["worker"],
        "end": "'completed'",
        "first_in_at": checked,
        "on_time_until_at": f"{checked} + ({_h(31, 10)} - 1) * interval '5 minutes'",
    }


def _invoice(pk: int, invoice: int, at: dict[str, str]) -> dict[str, str]:
    issued = f"CAST({at['approved']} AS date)"
    pay, fee = f"(5000 + {_h(3079, 900)} * 100)", f"(500 + {_h(3079, 900)} * 10)"
    return {
        "id": f"{invoice} + s.i",
        "number": "'BENCH-' || s.i",
        "assignment_id": f"{pk} + s.i",
        "client_id": at["client"],
        "worker_id": at["worker"],
        "currency": at["currency"],
        "state": f"CASE WHEN {at['open']} THEN 'open' ELSE 'paid' END",
        "worker_minor": pay,
        "fee_minor": fee,
        "total_minor": f"{pay} + {fee}",
        "issued_at": at["approved"],
        "issued_on": issued,
        "due_on": f"{issued} + 30",
        "past_due_at": f"{at['approved']} + interval '31 days'",
        "paid_at": f"CASE WHEN {at['open']} THEN NULL ELSE {at['approved']} + interval '20 days' END",
    }


def _ledger(rows: int, at: dict[str, str]) -> None:
    """A posting for each paid copy with its leg on Onsite's fee account; the other legs are not asked by reports."""
    accounts = {
        currency: Account.objects.get_or_create(
            owner_kind="platform", owner_id=0, purpose="fee", currency=currency
        )[0].pk
        for currency in ("USD", "EUR")
    }
    account = f"CASE {at['currency']} WHEN 'USD' THEN {accounts['USD']} ELSE {accounts['EUR']} END"
    posting = "CAST(md5('bench' || s.i) AS uuid)"
    series = f"generate_series(1::bigint, {rows}) AS s(i) WHERE NOT ({at['open']})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Posting._meta.db_table} (id, key, kind, at, memo, subject_type, subject_id) "
            f"SELECT {posting}, 'bench:' || s.i, 'invoice.paid', {at['approved']} + interval '20 days', '', "
            f"'assignment', s.i FROM {series}"
        )
        cursor.execute(
            f"INSERT INTO {Entry._meta.db_table} (posting_id, account_id, at, amount_minor, currency) "
            f"SELECT {posting}, {account}, {at['approved']} + interval '20 days', "
            f"500 + {_h(3079, 900)} * 10, {at['currency']} FROM {series}"
        )
