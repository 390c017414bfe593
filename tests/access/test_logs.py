"""What people type and what lets them in never stands in a log (quality.md 3, row 37)."""

import logging

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from common.logs import HideTokens
from tests.factories import PASSWORD
from tests.hostile.places import Pattern, patterns
from tests.support.people import browser, person
from tests.support.scene import PROOF_NUMBER, Scene, undone

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
LET_IN = ("token", "key", "secret", "signed", "nonce", "code")
"""Names of parts of an address that are secret."""


def with_secrets() -> list[Pattern]:
    return [one for one in patterns() if set(LET_IN) & set(one.parameters)]


@pytest.mark.parametrize("found", with_secrets(), ids=lambda one: one.name)
@pytest.mark.parametrize("before", ["Not Found: ", "http://onsite.example", '"GET '])
def test_the_secret_part_of_an_address_is_masked(found: Pattern, before: str) -> None:
    address = found.template % dict.fromkeys(found.parameters, "MARKERsecret")
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "%s%s", (before, address), None)
    assert HideTokens().filter(record)
    assert "MARKER" not in record.getMessage()


def test_the_addresses_are_found() -> None:
    assert {one.name for one in with_secrets()} >= {
        "account_confirm_email", "account_reset_password_from_key", "assignments:answer_change", "assignments:ical",
        "assignments:share", "assignments:site_contact", "clients:accept_invite",
    }  # fmt: skip


def test_every_way_into_the_logs_goes_through_the_mask() -> None:
    handlers = settings.LOGGING["handlers"]
    assert {name for name, one in handlers.items() if "hide_tokens" not in one.get("filters", [])} == set()
    named = settings.LOGGING["filters"]["hide_tokens"]["()"]
    assert (import_string(named) if isinstance(named, str) else named) is HideTokens


def test_nothing_that_is_typed_is_logged(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """Right and wrong passwords, codes, bank and tax numbers, and a view that fails over them."""
    caplog.set_level(logging.DEBUG)
    user = person()
    visitor = browser()
    visitor.post("/accounts/login/", {"login": user.email, "password": "MARKER-wrong-password"})
    visitor.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    with undone():
        worker = scene.visitors["worker"].client
        worker.post(
            reverse("payments:accounts"), {"number": "DE89370400440532013000", "holder": "MARKER-holder"}
        )
        worker.post(reverse("payments:tax"), {"tin": "MARKER-078051120", "name": "MARKER-name"})
        worker.post(reverse("assignments:messages", args=[scene["assigned"].pk]), {"body": "MARKER-message"})
    said = "\n".join(
        f"{one.getMessage()} {one.exc_text or ''}" for one in caplog.records if not is_query(one)
    )
    secrets = ("MARKER", PASSWORD, "DE8937", PROOF_NUMBER, user.email)
    assert [one for one in secrets if one in said] == []
    assert caplog.records


def test_a_view_that_fails_logs_its_place_and_not_its_input(
    scene: Scene, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the view is broken")

    monkeypatch.setattr("accounts.actions.edit_profile", broken)
    client = scene.visitors["owner"].client
    client.raise_request_exception = False
    typed = {"name": "MARKER-name", "time_zone": "Europe/Berlin", "theme": "dark"}
    with undone():
        page = client.post("/profile/?q=plain", typed)
    assert (page.status_code, "broken" in page.content.decode(), "MARKER" in page.content.decode()) == (
        500,
        False,
        False,
    )
    errors = [one for one in caplog.records if one.levelno >= logging.ERROR]
    formatted = "\n".join(logging.Formatter().format(one) for one in errors)
    assert ("the view is broken" in formatted, "MARKER" in formatted) == (True, False)


def is_query(record: logging.LogRecord) -> bool:
    """Queries are logged by Django in debug mode only, which production refuses (config/checks.py)."""
    return record.name == "django.db.backends"
