"""What a log line carries, and that it carries no secret."""

import json
import logging
import sys
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assignments.states import State
from common import logs
from tests.factories import People, assignment_in

TOKEN = "Zm9vYmFy-0123456789abcdef"
SECRET_LINES = [
    f"GET /answer/{TOKEN}/ 200",
    f"GET /a/{TOKEN}/ 200",
    f"GET /site/{TOKEN}/ 200",
    f"GET /invite/{TOKEN}/ 200",
    f"GET /ical/{TOKEN}.ics 200",
    f"GET /accounts/confirm-email/{TOKEN}/ 200",
    f"GET /accounts/password/reset/key/1a-{TOKEN}/ 200",
    f"Authorization: Bearer {TOKEN}",
    f"Authorization: {TOKEN}",
    f"password={TOKEN}&next=/",
    f"{{'password1': '{TOKEN}', 'csrfmiddlewaretoken': '{TOKEN}'}}",
    f'{{"secret": "{TOKEN}"}}',
    f"Cookie: sessionid={TOKEN}; theme=dark",
    f"connection to postgres://onsite:{TOKEN}@db.example/onsite failed",
    f"iban: {TOKEN}",
]


def written(formatter: logging.Formatter, message: str, *arguments: object, **extra: Any) -> str:
    """One line as a handler of ours writes it."""
    record = logging.LogRecord("onsite.test", logging.INFO, "", 0, message, arguments, None)
    vars(record).update(extra)
    logs.WithIds().filter(record)
    return formatter.format(record)


@pytest.mark.parametrize("line", SECRET_LINES)
@pytest.mark.parametrize("formatter", [logs.Lines, logs.JsonLines])
def test_no_secret_stands_in_a_line(line: str, formatter: type[logging.Formatter]) -> None:
    said = written(formatter(), "%s", line, note=line)
    assert TOKEN not in said
    assert logs.MASK in said
    if formatter is logs.JsonLines:
        assert json.loads(said)["message"].count(logs.MASK) >= 1


def test_masking_leaves_ordinary_words_alone() -> None:
    line = "assignment 10482: timer failed, parked; /assignments/10482/site/ and /static/css/portal.css"
    assert logs.masked(line) == line


def test_no_secret_of_an_exception_stands_in_a_line() -> None:
    try:
        raise ValueError(f"https://user:{TOKEN}@mail.example refused")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "it broke", (), sys.exc_info())
    for formatter in (logs.Lines(), logs.JsonLines()):
        said = formatter.format(record)
        assert "ValueError" in said
        assert TOKEN not in said
        record.exc_text = None


def test_a_json_line_carries_the_bound_ids_and_no_objects() -> None:
    with logs.afresh(request_id="r-1", user_id=lambda: "7"), logs.about(assignment_id=10482):
        said = json.loads(written(logs.JsonLines(), "moved %s rows", 3, view="page", request=HttpRequest()))
    assert said.pop("at").endswith("+00:00")
    assert said == {
        "level": "INFO",
        "logger": "onsite.test",
        "message": "moved 3 rows",
        "request_id": "r-1",
        "user_id": "7",
        "assignment_id": "10482",
        "view": "page",
    }
    assert logs.bound() == {}


def test_a_readable_line_names_the_ids_at_its_end() -> None:
    with logs.afresh(request_id="r-1", task="start"):
        assert written(logs.Lines(), "moved").endswith(" INFO onsite.test moved [request_id=r-1 task=start]")
    assert written(logs.Lines(), "moved").endswith(" INFO onsite.test moved")


def test_an_unknown_id_is_refused() -> None:
    with pytest.raises(KeyError, match="no log line carries phone"), logs.about(phone="555"):
        pass


def test_a_request_leaves_one_line_with_its_ids(
    people: People, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    row = assignment_in(State.SENT, owner=people.owner)
    client.force_login(people.owner)
    caplog.handler.addFilter(logs.WithIds())
    with caplog.at_level(logging.INFO, "onsite.request"):
        answer = client.get(f"/assignments/{row.pk}/", headers={"X-Request-ID": "edge-0123456789"})
    lines = [vars(one) for one in caplog.records if one.name == "onsite.request"]
    assert answer.headers["X-Request-ID"] == "edge-0123456789"
    assert [
        (one["request_id"], one["user_id"], one["assignment_id"], one["view"], one["status"]) for one in lines
    ] == [("edge-0123456789", str(people.owner.pk), str(row.pk), "assignments:page", 302)]


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["short", "x" * 65, "evil\tid-0123456789", "a b c d e f g h", ""])
def test_a_strange_request_id_is_replaced(client: Client, given: str) -> None:
    found = client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert found != given
    assert len(found) == 32


@pytest.mark.django_db
def test_a_log_line_asks_nobody_who_is_signed_in(
    client: Client, django_assert_num_queries: Any, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(User.objects.create_user("someone@onsite.example", name="Some One"))
    with caplog.at_level(logging.INFO), django_assert_num_queries(0):
        client.get(reverse("service_worker"))
        client.get("/healthz")
