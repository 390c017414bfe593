"""The admin of the append-only rooms: reading only, and one action."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import User
from ledger import models as ledger
from notifications import models as notifications
from notifications.outbox import mark_failed
from tests.support import told
from tests.support.books import deposit, grant, set_aside, usd
from tests.support.posts import raw, tell
from timeline import models as timeline
from timeline import presenters
from timeline.seals import seal_all

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
MODELS = [
    timeline.Entry,
    timeline.Seal,
    timeline.Chain,
    ledger.Account,
    ledger.Posting,
    ledger.Entry,
    ledger.Reservation,
    notifications.Message,
    notifications.Notice,
    notifications.Preference,
]


@pytest.fixture(autouse=True)
def rows(priya: User, monkeypatch: pytest.MonkeyPatch):
    """At least one row of each model."""
    monkeypatch.setattr(presenters, "_presenters", {})
    presenters.register("test.opened", title="Opened", icon="play")
    told.tell(actor=priya, role="client")
    seal_all()
    deposit(1, usd(10_000))
    grant(1, usd(5_000))
    set_aside(1, 11, usd(6_000))
    tell(priya)
    notifications.Preference.objects.create(user=priya, kind="test.asked")


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss@onsite.example", name="Root"))
    return client


def path(model, view: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=args)


@pytest.mark.parametrize("model", MODELS)
def test_rows_can_be_read_and_nothing_else(boss: Client, model):
    row = model.objects.first()
    assert boss.get(path(model, "changelist")).status_code == 200
    assert boss.get(path(model, "changelist"), {"q": "1"}).status_code == 200
    assert boss.get(path(model, "change", row.pk)).status_code == 200
    assert boss.get(path(model, "add")).status_code == 403
    assert boss.post(path(model, "change", row.pk), {}).status_code == 403
    assert boss.post(path(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", MODELS)
def test_no_admin_offers_deleting(boss: Client, model, rf):
    request = rf.get("/")
    request.user = User.objects.get(email="boss@onsite.example")
    assert "delete_selected" not in admin.site.get_model_admin(model).get_actions(request)


@pytest.mark.parametrize("model", MODELS)
def test_lists_stay_at_few_queries(boss: Client, model, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        boss.get(path(model, "changelist"))


def fail(to: str) -> notifications.Message:
    message = raw(to)
    notifications.Message.objects.filter(pk=message.pk).update(state="sending", lease_until=message.due_at)
    mark_failed(message.pk, "no such user", permanent=True)
    return message


def retry(client: Client, *messages: notifications.Message):
    data = {"action": "retry", "_selected_action": [str(message.pk) for message in messages]}
    return client.post(path(notifications.Message, "changelist"), data, follow=True)


def test_retry_queues_failed_messages_again_and_logs_it(boss: Client):
    failed, waiting = fail("a@y.example"), raw("b@y.example")
    response = retry(boss, failed, waiting)
    assert "1 failed message(s) queued again." in response.content.decode()
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == ("queued", 0)
    [entry] = LogEntry.objects.all()
    assert (entry.object_id, entry.user.email) == (str(failed.pk), "boss@onsite.example")
    assert entry.get_change_message() == "Queued again after it had failed."


def test_retry_needs_its_own_permission(client: Client):
    failed = fail("a@y.example")
    viewer = User.objects.create_user("viewer@onsite.example", name="Viewer", is_staff=True)
    viewer.user_permissions.add(
        Permission.objects.get(codename="view_message", content_type__app_label="notifications")
    )
    client.force_login(viewer)
    retry(client, failed)
    failed.refresh_from_db()
    assert (failed.state, LogEntry.objects.count()) == ("failed", 0)


def test_messages_hide_what_could_sign_somebody_in(boss: Client):
    message = raw("a@y.example", html="<p>SECRET-LINK</p>")
    shown = boss.get(path(notifications.Message, "change", message.pk)).content.decode()
    assert "a@y.example" in shown
    assert "SECRET-LINK" not in shown
