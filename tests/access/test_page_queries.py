"""How often the page of an assignment asks the database: in every stage, for every reader, however much hangs on it
(quality.md 1, P6). Beside the frame of every page at most PAGE statements, and as many for 50 rows as for 10."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import pytest

from assignments.actions import problems, revisits, standbys, talk
from assignments.models import Assignment
from assignments.states import State
from common import clock
from payments import actions
from payments.actions import fastfunds
from payments.automatic import fee_bps
from tests.factories import People
from tests.support.asked import asked
from tests.support.crowded import crowd
from tests.support.scene import Scene, undone

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
PAGE: Final = 15
CLIENTS: Final = ("owner", "manager", "view_only")
OPENS: Final = {
    State.DRAFT: CLIENTS,
    State.SENT: (*CLIENTS, "applicant", "worker"),
    State.CANCELLED: CLIENTS,
    **dict.fromkeys(
        (
            State.ASSIGNED, State.IN_PROGRESS, State.ON_HOLD, State.PENDING_APPROVAL, State.APPROVED, State.PAID,
            "eligible", "advanced", "with_pay",
        ),
        (*CLIENTS, "worker"),
    ),
}  # fmt: skip
"""Who opens the page of the scene's assignment. `worker` is the assigned one, a stranger before that."""


@pytest.mark.parametrize("stage", OPENS)
def test_a_page_asks_at_most_so_often(scene: Scene, stage: str) -> None:
    found = {name: counted(scene, scene[stage], name) for name in OPENS[stage]}
    assert {name: count for name, count in found.items() if count > PAGE} == {}


@pytest.mark.parametrize("stage", State)
def test_a_page_asks_as_often_for_many_rows_as_for_few(scene: Scene, stage: State) -> None:
    few, many = (crowded(scene, scene[stage], stage, count) for count in (10, 50))
    assert few == many
    assert {name: count for name, count in many.items() if count > PAGE} == {}


def crowded(scene: Scene, row: Assignment, stage: State, count: int) -> dict[str, int]:
    """Statements of the page with so many rows of everything, by reader."""
    with undone():
        crowd(Assignment.objects.get(pk=row.pk), count)
        return {name: counted(scene, row, name) for name in OPENS[stage] if name != "view_only"}


def counted(scene: Scene, row: Assignment, name: str) -> int:
    return len(asked(scene.visitors[name], f"/assignments/{row.pk}/")[1])


TABS: Final = (
    "details", "messages", "problems", "deliverables", "requests", "sheet", "history", "questions", "applications",
)  # fmt: skip


@pytest.mark.parametrize("stage", [State.IN_PROGRESS, State.SENT])
def test_a_tab_asks_as_often_for_many_rows_as_for_few(scene: Scene, stage: State) -> None:
    few, many = (tabs(scene, scene[stage], count) for count in (3, 9))
    assert few == many
    assert {tab: count for tab, count in many.items() if count > PAGE} == {}


def tabs(scene: Scene, row: Assignment, count: int) -> dict[tuple[str, str], int]:
    """Statements of each tab that opens, by reader."""
    found = {}
    with undone():
        crowd(Assignment.objects.get(pk=row.pk), count)
        for name in (CLIENTS[0], OPENS[row.state][-1]):
            for tab in TABS:
                url = f"/assignments/{row.pk}/{tab}/"
                if scene.visitors[name].client.get(url).status_code == 200:
                    found[name, tab] = len(asked(scene.visitors[name], url)[1])
    return found


def standby_named(row: Assignment, people: People) -> None:
    standbys.name_standby(row.pk, people.stranger, actor=people.owner, promote_unconfirmed=True)
    standbys.accept_standby(row.pk, actor=people.stranger.user)


def rest_carried_over(row: Assignment, people: People) -> None:
    revisits.make_revisit(row.pk, actor=people.owner, note="The second rack.", price_minor=10_000)


def disputed(row: Assignment, people: People) -> None:
    talk.post_message(row.pk, actor=people.worker.user, body="Please approve.")
    with clock.moved(row.escalate_from_at + timedelta(minutes=1)):
        actions.open_dispute(
            row.pk, actor=people.worker.user, ground="overdue_approval", statement="It is done."
        )


def taken_by_itself(row: Assignment, people: People) -> None:
    fastfunds.set_automatic(actor=people.worker.user, is_on=True, agreed_bps=fee_bps())


def at_risk(row: Assignment, people: People) -> None:
    problems.report_problem(
        row.pk, actor=people.worker.user, kind="parts", severity="stops", text="The rack is not there."
    )


BUSY: Final[dict[str, tuple[Callable[[Assignment, People], None], ...]]] = {
    State.ASSIGNED: (at_risk, standby_named),
    State.IN_PROGRESS: (at_risk, rest_carried_over),
    State.PENDING_APPROVAL: (disputed,),
    "eligible": (taken_by_itself,),
}


@pytest.mark.parametrize("stage", BUSY)
def test_a_page_on_which_everything_happens_at_once_asks_no_more(scene: Scene, stage: str) -> None:
    row = scene[stage]
    with undone():
        for happens in BUSY[stage]:
            happens(Assignment.objects.get(pk=row.pk), scene.people)
        crowd(Assignment.objects.get(pk=row.pk), 3)
        found = {name: counted(scene, row, name) for name in OPENS[stage]}
        if stage == State.ASSIGNED:
            found["stranger"] = counted(scene, row, "stranger")
    assert {name: count for name, count in found.items() if count > PAGE} == {}
