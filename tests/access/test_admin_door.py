"""The administration: reading changes nothing; money and history have no second door (quality.md 3, rows 17 and 34)."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import User
from tests.support.crawl import walk
from tests.support.scene import Scene, undone
from tests.support.snapshot import changed, snapshot

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
KEPT = ("timeline", "ledger", "payments", "assignments")
"""Rooms of money and history: what is there is never deleted, and only verbs change it."""
ADDED = {"payments.Deposit", "payments.TermsGrant"}
"""Their forms call an action that asks a reason and posts to the ledger (tests/payments/test_admin.py)."""
STEPS = {"payments.Dispute", "payments.Withdrawal", "assignments.FaultEntry"}
"""Their pages offer verbs with reasons; every column on them is read only."""


def boss() -> User:
    return User(is_staff=True, is_superuser=True, is_active=True, email="boss@onsite.test")


def request():
    asked = RequestFactory().get("/admin/")
    asked.user = boss()
    return asked


def rights_of(page: admin.ModelAdmin) -> tuple[bool, bool, bool]:
    """Whether a superuser may add, change, delete."""
    asked = request()
    return (
        page.has_add_permission(asked),
        page.has_change_permission(asked),
        page.has_delete_permission(asked),
    )


def registered(*rooms: str) -> dict[str, admin.ModelAdmin]:
    return {
        model._meta.label: found
        for model, found in admin.site._registry.items()
        if not rooms or model._meta.app_label in rooms
    }


def test_money_and_history_are_neither_added_nor_deleted_by_anybody() -> None:
    found = registered(*KEPT)
    assert {label for label, one in found.items() if one.has_delete_permission(request())} == set()
    assert {label for label, one in found.items() if one.has_add_permission(request())} == ADDED
    assert {label for label, one in found.items() if one.has_change_permission(request())} == STEPS
    assert {label for label, one in found.items() if "delete_selected" in one.get_actions(request())} == set()
    assert len(found) > 20


def test_no_column_of_money_or_history_can_be_typed_into(scene: Scene) -> None:
    """Every column of a row, sent to its page as a superuser with the button of a stock form: nothing changes."""
    before, seen = snapshot(), 0
    for label, page in registered(*KEPT).items():
        row = page.model._base_manager.order_by("pk").first()
        if row is None:
            continue
        seen += 1
        url = reverse(f"admin:{label.lower().replace('.', '_')}_change", args=[row.pk])
        typed = {column.attname: "1" for column in row._meta.concrete_fields} | {
            "_save": "Save",
            "reason": "x",
        }
        client = scene.visitors["staff"].client
        with undone():
            status = client.post(url, typed).status_code
            assert (label, status < 500, changed(before, snapshot())) == (label, True, {})
    assert seen > 12


def test_second_factors_and_addresses_are_not_written_by_hand() -> None:
    """Who could write them could sign in as somebody else. A lost factor may be taken away, and that is logged."""
    found = registered("mfa", "account")
    rights = {label: rights_of(one) for label, one in found.items()}
    assert rights == {
        "mfa.Authenticator": (False, False, True),
        "account.EmailAddress": (False, False, False),
    }


def test_the_secret_of_a_second_factor_is_on_no_page(scene: Scene) -> None:
    factor = apps.get_model("mfa.Authenticator")
    with undone():
        row = factor.objects.create(
            user=scene.people.owner, type="totp", data={"secret": "MARKER-SEALED-SECRET"}
        )
        page = scene.visitors["staff"].client.get(reverse("admin:mfa_authenticator_change", args=[row.pk]))
        assert (page.status_code, "MARKER-SEALED-SECRET" in page.content.decode()) == (200, False)
        gone = scene.visitors["staff"].client.post(
            reverse("admin:mfa_authenticator_delete", args=[row.pk]), {"post": "yes"}
        )
        assert (gone.status_code, factor.objects.filter(pk=row.pk).exists()) == (302, False)
        assert LogEntry.objects.filter(object_id=str(row.pk), action_flag=3).count() == 1


def test_reading_the_administration_changes_nothing(scene: Scene) -> None:
    before = snapshot()
    with undone():
        pages = walk(scene.visitors["staff"], start="/admin/", only="/admin/(?!logout|jsi18n)", alike=1)
        written = changed(before, snapshot())
    assert written == {}
    lists = {url for url in pages if re.fullmatch(r"/admin/\w+/\w+/", url)}
    assert {url: page.status for url, page in pages.items() if page.status >= 400} == {}
    assert len(lists) > 30
