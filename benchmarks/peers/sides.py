"""The same work in both systems: the list, one row's page, and a change of its state that the other side is told of."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Protocol

from benchmarks.peers.person import Answer, Person, form_with
from tests.factories import PASSWORD

PAGE: Final = 50
"""Rows of a list page: Onsite's own number, and one that the peer offers."""
REASON: Final = "The part is missing, the work waits for it."
Ask = Callable[..., list[tuple[Any, ...]]]
"""Rows of one SQL query in the side's own database."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of state: milliseconds of the form's page, of sending it, and of the page that it leads to."""

    form: float
    sent: float
    after: float

    @property
    def whole(self) -> float:
        return self.form + self.sent + self.after


class Side(Protocol):
    """One of the two systems, for one signed-in person."""

    name: ClassVar[str]

    def sign_in(self, name: str) -> None: ...

    def rows(self, which: str) -> float:
        """Milliseconds until 50 rows of that list are there."""

    def detail(self) -> float:
        """Milliseconds of the page of the next row that work is going on with."""

    def change(self) -> Change:
        """Change the state of the next row and see that it is stored, with its line of history."""


class Onsite:
    """The client's side: a list of assignments; assigned work is put on hold with a reason, its worker is told."""

    name: ClassVar[str] = "Onsite"
    LISTS: ClassVar = {
        "as it opens": "/assignments/",
        "all stages": "/assignments/",
        "one stage": "/assignments/?stage=sent",
        "one word": "/assignments/?q=antenna",
    }
    STORED: ClassVar = (
        "SELECT count(*) FROM assignments_assignment a JOIN timeline_entry e ON e.subject_type = 'assignment' "
        "AND e.subject_id = a.id AND e.kind = 'assignment.held' WHERE a.id = %s AND a.state = 'on_hold'"
    )

    def __init__(self, port: int, ask: Ask) -> None:
        self.person, self.ask = Person(port), ask
        found = ask("SELECT id FROM assignments_assignment WHERE state = 'assigned' ORDER BY id % 997, id")
        self.to_see, self.to_change = _halves(found)

    def sign_in(self, name: str) -> None:
        page = "/accounts/login/"
        form = form_with(self.person.open(page).text, "login")
        self.person.post(page, form.data(login=name, password=PASSWORD))

    def rows(self, which: str) -> float:
        answer = self.person.open(self.LISTS[which])
        found = answer.text.count('<th scope="row">')
        assert found == PAGE, (which, found)
        return answer.ms

    def detail(self) -> float:
        return self._page(next(self.to_see)).ms

    def change(self) -> Change:
        pk = next(self.to_change)
        path = f"/assignments/{pk}/hold/"
        page = self.person.open(path)
        form = form_with(page.text, "reason")
        sent = self.person.post(path, form.data(reason="parts_not_available", note=REASON))
        assert self.ask(self.STORED, pk) == [(1,)], f"assignment {pk} is not on hold"
        return Change(page.ms, sent.ms, self._page(pk).ms)

    def _page(self, pk: int) -> Answer:
        answer = self.person.open(f"/assignments/{pk}/")
        assert f"A-{pk}" in answer.text, pk
        return answer


class Helpdesk:
    """The agent's side of django-helpdesk: the list's page asks for its rows; a ticket is resolved in public."""

    name: ClassVar[str] = "django-helpdesk"
    LISTS: ClassVar = {
        "as it opens": "/tickets/",
        "all stages": "/tickets/?status=1&status=2&status=3&status=4&status=5&sort=created&sortreverse=on",
        "one stage": "/tickets/?status=1&sort=created&sortreverse=on",
        "one word": "/tickets/?q=antenna&sort=created&sortreverse=on",
    }
    STORED: ClassVar = (
        "SELECT count(*) FROM helpdesk_ticket t JOIN helpdesk_followup f ON f.ticket_id = t.id AND f.new_status = 3 "
        "WHERE t.id = %s AND t.status = 3"
    )

    def __init__(self, port: int, ask: Ask) -> None:
        self.person, self.ask = Person(port), ask
        self.to_see, self.to_change = _halves(
            ask("SELECT id FROM helpdesk_ticket WHERE status = 1 ORDER BY id % 997, id")
        )

    def sign_in(self, name: str) -> None:
        page = "/login/"
        form = form_with(self.person.open(page).text, "username")
        self.person.post(page, form.data(username=name, password=PASSWORD))

    def rows(self, which: str) -> float:
        page = self.person.open(self.LISTS[which])
        address = re.search(r'"(/datatables_ticket_list/[A-Za-z0-9+/=]+)"', page.text)
        assert address, page.text[:2_000]
        rows = self.person.open(f"{address[1]}?draw=1&start=0&length={PAGE}")
        found = len(json.loads(rows.text)["data"])
        assert found == PAGE, (which, found)
        return page.ms + rows.ms

    def detail(self) -> float:
        return self._page(next(self.to_see)).ms

    def change(self) -> Change:
        pk = next(self.to_change)
        page = self._page(pk)
        form = form_with(page.text, "new_status")
        data = {**form.data(new_status="3", comment=REASON), "public": "1"}
        sent = self.person.post(f"/tickets/{pk}/update/", data)
        assert self.ask(self.STORED, pk) == [(1,)], f"ticket {pk} is not resolved"
        return Change(page.ms, sent.ms, self._page(pk).ms)

    def _page(self, pk: int) -> Answer:
        answer = self.person.open(f"/tickets/{pk}/")
        assert f"/tickets/{pk}/update/" in answer.text, pk
        return answer


def _halves(found: list[tuple[Any, ...]]) -> tuple[Iterator[int], Iterator[int]]:
    """Rows to look at, and others to change: no page is warm because of the other task."""
    ids = [pk for (pk,) in found]
    return iter(ids[::2]), iter(ids[1::2])
