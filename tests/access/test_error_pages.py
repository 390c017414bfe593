"""Pages that refuse or fail tell nothing of the inside (quality.md 3, row 39)."""

import re

import django
import pytest
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import DatabaseError, OperationalError
from django.http import Http404

from common.errors import Conflict, Invalid, WrongState
from common.limits import TooMany
from tests.support.http import Page
from tests.support.scene import Scene, undone

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
MARK = "MARKER-inside /srv/onsite/secret.py"
RAISED = {
    "not found": (Http404(MARK), 404),
    "bad request": (BadRequest(MARK), 400),
    "suspicious": (SuspiciousOperation(MARK), 400),
    "database": (DatabaseError(f"relation {MARK} does not exist"), 500),
    "busy": (OperationalError("database is locked"), 503),
    "any": (RuntimeError(MARK), 500),
    "key": (KeyError(MARK), 500),
}
SAID = {
    "wrong state": (WrongState("It is paid."), 409),
    "conflict": (Conflict("It changed."), 409),
    "invalid": (Invalid("Choose a date."), 422),
    "too many": (TooMany("Wait a little.", 60), 429),
    "denied": (PermissionDenied("You are a viewer."), 403),
}
"""Refusals whose sentence our code writes for the reader."""
INSIDE = re.compile(
    r"Traceback|Exception|\.py\b|site-packages|SELECT |psycopg|sqlite|Django|gunicorn|SECRET_KEY|DJANGO_|MARKER|/srv/"
)


def answer(scene: Scene, monkeypatch: pytest.MonkeyPatch, error: Exception) -> Page:
    """The page that is shown when a view raises this."""

    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("accounts.forms.ProfileForm.of", broken)
    client = scene.visitors["owner"].client
    client.raise_request_exception = False
    with undone():
        return Page(client.get("/profile/"), "/profile/")


@pytest.mark.parametrize("what", RAISED)
def test_what_went_wrong_inside_is_not_told(scene: Scene, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    error, status = RAISED[what]
    page = answer(scene, monkeypatch, error)
    assert (page.status, INSIDE.findall(page.html), len(page.headings)) == (status, [], 1)


@pytest.mark.parametrize("what", SAID)
def test_a_refusal_says_its_own_sentence_and_no_more(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    error, status = SAID[what]
    page = answer(scene, monkeypatch, error)
    assert (page.status, str(error.args[0]) in page.text, INSIDE.findall(page.html)) == (status, True, [])


@pytest.mark.parametrize(
    "url", ["/no-such-page/", "/assignments/999999999/", "/admin/no/such/", "/static/no.css"]
)
def test_no_header_names_what_runs_here(scene: Scene, url: str) -> None:
    response = scene.visitors["owner"].client.get(url)
    told = " ".join(f"{name}: {value}" for name, value in response.headers.items())
    assert ("Server" in response.headers, "X-Powered-By" in response.headers) == (False, False)
    assert [one for one in ("Django", django.get_version(), "Python", "gunicorn") if one in told] == []
    assert not settings.DEBUG
