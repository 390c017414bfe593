"""Refusals carry the sentence that is read, and become calm pages."""

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from assignments.states import State
from common.errors import AlreadyDone, Conflict, DomainError, Invalid, NotAllowed, WrongState
from common.middleware import DomainErrorMiddleware, way_back
from tests.factories import People, assignment_in

SENTENCE = "This changed while you were looking."


@pytest.mark.parametrize("kind", [NotAllowed, WrongState, Conflict, Invalid, AlreadyDone])
def test_each_is_a_refusal_with_its_sentence(kind: type[DomainError]):
    error = kind(SENTENCE)
    assert isinstance(error, DomainError)
    assert (error.sentence, str(error)) == (SENTENCE, SENTENCE)


def test_bad_input_names_its_field():
    assert [Invalid(SENTENCE).field, Invalid(SENTENCE, "price").field] == [None, "price"]


def answer(error: Exception, method: str = "post", path: str = "/assignments/1/hold/") -> HttpResponse | None:
    request: HttpRequest = getattr(RequestFactory(), method)(path)
    middleware = DomainErrorMiddleware(lambda _: HttpResponse("fine"))
    assert middleware(request).content == b"fine"
    return middleware.process_exception(request, error)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "status"),
    [(NotAllowed, 403), (WrongState, 409), (Conflict, 409), (Invalid, 422), (AlreadyDone, 409)],
)
def test_the_page_of_a_refusal(kind: type[DomainError], status: int):
    response = answer(kind(SENTENCE))
    assert response is not None
    assert response.status_code == status
    assert SENTENCE in response.content.decode()


@pytest.mark.django_db
def test_a_refused_verb_leads_back_to_its_page():
    for method in ("post", "get"):
        refused = answer(Conflict(SENTENCE), method)
        assert refused is not None
        assert 'href="/assignments/1/"' in refused.content.decode()


@pytest.mark.django_db
def test_the_address_of_a_button_opened_like_a_page_is_calm(people: People):
    """After signing in again the browser opens the address to which the button had been sent."""
    client = Client()
    client.force_login(people.worker.user)
    answer = client.get("/profile/calendar/close/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    words = answer.content.decode()
    assert "It belongs to a button. Nothing was done." in words
    assert 'href="/profile/calendar/"' in words


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("/assignments/1/hold/", "/assignments/1/"),
        ("/assignments/1/money/3/approve/", "/assignments/1/"),
        ("/assignments/1/standby/promote/", "/assignments/1/"),
        ("/pools/1/people/2/approve/", "/pools/1/"),
        ("/faults/3/contest/", "/faults/3/"),
        ("/profile/calendar/close/", "/profile/calendar/"),
        ("/payments/pay/", "/payments/"),
        ("/answer/secret/", ""),
        ("/", ""),
    ],
)
def test_the_way_back_is_a_page_that_exists(path: str, above: str):
    assert way_back(path) == above


def test_other_errors_are_left_alone():
    assert answer(ZeroDivisionError()) is None
    assert answer(OperationalError("no such table: assignments_assignment")) is None
    assert answer(IntegrityError("database is locked")) is None


@pytest.mark.django_db
def test_a_busy_database_is_a_calm_page():
    response = answer(OperationalError("database is locked"))
    assert response is not None
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    words = response.content.decode()
    assert "The step that had to wait is undone" in words
    assert "Nothing of yours was saved" not in words, "of a batch some rows may be done"
    assert "locked" not in words
    assert 'href="/assignments/1/"' in words


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_row_that_somebody_holds_too_long_is_a_calm_page(people: People):
    """A verb over HTTP while another connection holds the assignment: told so, nothing saved, and then it works."""
    row = assignment_in(State.IN_PROGRESS, owner=people.owner, by=people.worker)
    client, url = Client(), reverse("assignments:hold", args=[row.pk])
    client.force_login(people.owner)
    typed = {"reason": "weather", "note": "Storm."}
    with psycopg.connect(**connection.get_connection_params(), autocommit=False) as other:
        other.execute("SELECT 1 FROM assignments_assignment WHERE id = %s FOR UPDATE", [row.pk])
        refused = client.post(url, typed)
    row.refresh_from_db()
    assert (refused.status_code, row.state) == (503, State.IN_PROGRESS)
    assert client.post(url, typed).status_code == 302
    row.refresh_from_db()
    assert row.state == State.ON_HOLD
