"""Refusals carry the sentence that is read, and become calm pages."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from common.errors import AlreadyDone, Conflict, DomainError, Invalid, NotAllowed, WrongState
from common.middleware import DomainErrorMiddleware

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
    posted, read = answer(Conflict(SENTENCE)), answer(Conflict(SENTENCE), "get")
    assert posted is not None
    assert read is not None
    assert 'href="/assignments/1/"' in posted.content.decode()
    assert 'href="/assignments/1/"' not in read.content.decode()


def test_other_errors_are_left_alone():
    assert answer(ZeroDivisionError()) is None
