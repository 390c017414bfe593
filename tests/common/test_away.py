"""A database that is away for a moment: a calm page with 503, and only for that."""

import psycopg
import pytest
from django.db import IntegrityError, InterfaceError, OperationalError
from django.test import RequestFactory
from psycopg_pool import PoolTimeout

from common import views
from common.busy import is_away, is_busy


def caused(kind: type[Exception], cause: Exception) -> Exception:
    """As Django raises it: around the driver's own error."""
    try:
        raise kind("it failed") from cause
    except kind as error:
        return error


AWAY = [
    (OperationalError, psycopg.OperationalError("server closed the connection unexpectedly")),
    (OperationalError, psycopg.errors.AdminShutdown()),
    (OperationalError, psycopg.errors.CrashShutdown()),
    (OperationalError, psycopg.errors.CannotConnectNow()),
    (OperationalError, psycopg.errors.TooManyConnections()),
    (OperationalError, PoolTimeout("no connection within 5 s")),
    (InterfaceError, psycopg.InterfaceError("the connection is closed")),
]
HERE = [
    (OperationalError, psycopg.errors.QueryCanceled()),
    (OperationalError, psycopg.errors.LockNotAvailable()),
    (OperationalError, psycopg.errors.DeadlockDetected()),
    (IntegrityError, psycopg.errors.UniqueViolation()),
]


@pytest.mark.parametrize(("kind", "cause"), AWAY)
def test_a_server_that_went_away_is_told_as_that(kind: type[Exception], cause: Exception) -> None:
    error = caused(kind, cause)
    assert (is_away(error), is_busy(error)) == (True, False)
    try:
        raise error
    except kind:
        answer = views.handler500(RequestFactory().get("/"))
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert b"<h1>Back in a moment</h1>" in answer.content


@pytest.mark.parametrize(("kind", "cause"), HERE)
def test_a_server_that_answers_is_not_away(kind: type[Exception], cause: Exception) -> None:
    error = caused(kind, cause)
    assert not is_away(error)
    try:
        raise error
    except kind:
        answer = views.handler500(RequestFactory().get("/"))
    assert (answer.status_code, answer.has_header("Retry-After")) == (500, False)
