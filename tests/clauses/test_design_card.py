"""The design card: states, visibility in the views, Celery's part, browsers, admin, packages, top level (C01-C10)."""

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.admin.models import LogEntry
from django_fsm import FSMField, TransitionNotAllowed, get_available_FIELD_transitions

from assignments import tasks
from assignments.actions.drafting import Wanted
from assignments.models import Application, Assignment, LabelEvent
from assignments.states import State
from common import clock
from config.celery import app
from payments import tasks as payment_tasks
from tests.support import markers
from tests.support.facts import books, fresh, history, moved, told, url
from tests.support.http import Visitor
from tests.support.markers import marked

ROOT = Path(__file__).resolve().parents[2]
MOVES = {
    ("draft", "sent"), ("draft", "assigned"), ("sent", "assigned"), ("assigned", "in_progress"),
    ("assigned", "on_hold"), ("in_progress", "on_hold"), ("on_hold", "assigned"), ("on_hold", "in_progress"),
    ("on_hold", "sent"), ("assigned", "sent"), ("in_progress", "sent"), ("in_progress", "pending_approval"),
    ("pending_approval", "in_progress"), ("pending_approval", "approved"), ("approved", "pending_approval"),
    ("approved", "paid"), ("sent", "cancelled"), ("assigned", "cancelled"), ("in_progress", "cancelled"),
    ("on_hold", "cancelled"), ("pending_approval", "cancelled"),
}  # fmt: skip


def test_c01_a_django_fsm_field_enforces_the_life_cycle(people, visitor):
    """C01: the moves of the field are exactly those of the mission; any other one is refused, as is setting it."""
    field = Assignment._meta.get_field("state")
    assert isinstance(field, FSMField)
    assert field.protected is True
    row = marked(people, State.DRAFT)
    moves = set()
    for found in field.get_all_transitions(Assignment):
        targets = getattr(found.target, "allowed_states", None) or [found.target]
        moves |= {(str(found.source), str(target)) for target in targets}
    assert moves == MOVES
    with pytest.raises(TransitionNotAllowed):
        row.approve(clock.now())
    with pytest.raises(AttributeError):
        row.state = State.PAID
    assert {found.name for found in get_available_FIELD_transitions(row, field)} == {"send", "assign"}


def test_c02_per_role_visibility_rules_in_the_views(people, visitor):
    """C02: one assignment, one address, every role: the page of each shows what the role may see, or is not there."""
    row = marked(people, State.ASSIGNED)
    everything = (*markers.CONTACTS, markers.STREET, markers.INSTRUCTIONS, markers.DOCUMENT)
    for name in ("owner", "manager", "controller", "user_member", "view_only"):
        visitor(name).open(url(row)).has(*everything, markers.GROSS)
    worker = visitor("worker").open(url(row))
    worker.has(*everything, markers.PAY)
    worker.lacks(*markers.CLIENTS_OWN)
    for name in ("other_client", "applicant", "removed", "stranger", "invited", "staff"):
        visitor(name).open(url(row), 404)
    Visitor().open(url(row)).has("Sign in")


def test_c03_celery_moves_assigned_to_in_progress_at_the_start_time(people, visitor):
    """C03: by the task of the timetable, with history and notice, exactly once."""
    row = marked(people, State.ASSIGNED, checkin_required=False)
    assert app.conf.beat_schedule["start"]["task"] == tasks.start_due.name
    with clock.moved(row.start_at):
        assert [tasks.start_due(), tasks.start_due()] == [1, 0]
        visitor("owner").open(url(row)).has("In Progress")
    assert (fresh(row).state, history(row)[-1], told(people, "owner", row)[-1]) == (
        State.IN_PROGRESS, "started", "started",
    )  # fmt: skip


def test_c04_celery_raises_late_flags(people, visitor):
    """C04: Late, Worker Not Confirmed and Late Deliverables, each told to both sides once."""
    row = marked(people, State.ASSIGNED, hours_ahead=30, confirm_hours=24, wanted=(Wanted("Photo"),),
                 deliverables_due_at=clock.now() + timedelta(hours=32))  # fmt: skip
    assert app.conf.beat_schedule["labels"]["task"] == tasks.refresh_labels.name
    moments = {
        "not_confirmed": row.start_at - timedelta(hours=24),
        "late": row.start_at + timedelta(minutes=16),
        "late_deliverables": row.start_at + timedelta(hours=2, minutes=1),
    }
    for done, (label, moment) in enumerate(moments.items(), start=1):
        with clock.moved(moment - timedelta(minutes=2)):
            assert tasks.refresh_labels() == 0
        with clock.moved(moment):
            assert (tasks.refresh_labels(), tasks.refresh_labels()) == (1, 0)
        assert LabelEvent.objects.filter(label=label, set_at=moment, cleared_at=None).count() == 1
        assert (len(told(people, "worker", row)), LabelEvent.objects.count()) == (1 + done, done)
    with clock.moved(moments["late_deliverables"]):
        for name in ("owner", "worker"):
            visitor(name).open(url(row)).has("Late", "Late Deliverables", "Worker Not Confirmed")


def test_c05_celery_schedules_payments(people, visitor):
    """C05: on the due date an opted-in client's invoice is paid by the task; past due it is flagged; once each."""
    row = marked(people, State.APPROVED, terms_days=7)
    assert app.conf.beat_schedule["pay"]["task"] == payment_tasks.pay_due.name
    people.client.auto_pay = True
    people.client.save()
    before = books()
    with clock.moved(clock.now() + timedelta(days=6)):
        assert payment_tasks.pay_due() == 0
    with clock.moved(clock.now() + timedelta(days=8)):
        assert (payment_tasks.pay_due(), payment_tasks.pay_due()) == (1, 0)
    assert fresh(row).state == State.PAID
    assert moved(before)[("worker", people.worker.pk, "balance")] == 35_123
    assert history(row)[-1] == "paid"


def test_c06_clients_create_and_approve_in_the_browser(people, visitor):
    """C06: both pages are forms of the portal that work without any script."""
    owner = visitor("owner")
    assert owner.open("/").links["Create assignment"] == "/assignments/new/"
    row = marked(people, State.PENDING_APPROVAL)
    page = owner.open(url(row))
    owner.submit(owner.follow(page, "Review and approve"), action=url(row, "approve/"))
    assert fresh(row).state == State.APPROVED


def test_c07_workers_apply_and_check_in_on_web_pages(people, visitor):
    """C07: from Find Work to being on site by links and buttons of the pages alone."""
    row = marked(people, State.SENT, hours_ahead=10)
    worker = visitor("worker")
    page = worker.follow(worker.open("/find-work/"), row.title)
    worker.submit(worker.follow(page, "Apply"), press="Send application")
    offer = Application.objects.get()
    visitor("owner").submit(url(row, f"applications/{offer.pk}/assign/"))
    with clock.moved(row.start_at):
        visit = worker.follow(worker.open(url(row)), "Check in")
        worker.submit(visit, press="Check in")
    assert fresh(row).state == State.IN_PROGRESS


def test_c08_admins_manage_disputes_in_django_admin(people, visitor):
    """C08: queue, evidence, assign to me, a check page with the effect, and a decision that both sides are told."""
    row = marked(people, State.PENDING_APPROVAL)
    typed = {"ground": "quality", "statement": "One cable is loose."}
    visitor("owner").submit(url(row, "dispute/"), press="Open dispute", **typed)
    queue, staff = "/admin/payments/dispute/", visitor("staff")
    visitor("owner").open(queue, 302)
    staff.open(queue).has(row.number, "Acme Retail", "Wanda Worker")
    page = staff.open(f"{queue}next/")
    page.has("One cable is loose.", "Both switches are in.", markers.PAY, markers.GROSS)
    assert not {"state", "amount_minor", "price_minor"} & {
        name for form in page.posts for name in form.controls
    }
    page = staff.submit(page, press="Assign to me")
    before = books()
    said = {
        "reason_to_client": "The report shows the loose cable.",
        "reason_to_worker": "One cable was loose.",
    }
    check = staff.submit(page, press="Check decision", status=200, decision="part", amount="300.00", **said)
    check.has("$300.00", "Approved")
    assert (fresh(row).state, moved(before)) == (State.PENDING_APPROVAL, {})
    decide = next(words for words in check.buttons() if words.startswith("Decide "))
    staff.submit(check, press=decide)
    assert (fresh(row).state, moved(before)) == (State.PENDING_APPROVAL, {})  # the money waits for an appeal
    for who in ("owner", "worker"):
        visitor(who).submit(url(row, "dispute/waive/"))
    kept = fresh(row)
    assert (kept.state, kept.pay_minor, kept.disputed_at) == (State.APPROVED, 30_000, None)
    client = people.client.pk
    assert moved(before) == {("client", client, "reserved_terms"): -5_635, ("client", client, "terms"): 5_635}
    visitor("worker").open(url(row, "dispute/")).has("One cable was loose.")
    visitor("owner").open(url(row, "dispute/")).has("The report shows the loose cable.")
    assert LogEntry.objects.filter(user=people.staff).count() == 2


def test_c09_the_packages_of_the_card_are_the_ones_used():
    """C09: declared in pyproject and importable."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = project["dependencies"] + project["optional-dependencies"]["dev"]
    declared = {"".join(c if c.isalnum() or c == "-" else " " for c in line).split()[0] for line in named}
    card = {
        "django",
        "django-fsm-2",
        "django-environ",
        "psycopg",
        "celery",
        "redis",
        "pytest-django",
        "factory-boy",
    }
    assert card - declared == set()


def test_c10_the_top_level_is_that_of_the_card():
    """C10: each file and folder of the card is there."""
    files = {"manage.py", "pyproject.toml", "docker-compose.yml", "README.md"}
    folders = {"config", "assignments", "workers", "clients", "payments", "templates", "static", "tests"}
    assert {name for name in files if not (ROOT / name).is_file()} == set()
    assert {name for name in folders if not (ROOT / name).is_dir()} == set()
