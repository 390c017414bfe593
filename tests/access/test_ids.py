"""A foreign id answers like a missing one, wherever an address or a form takes one (quality.md 3, row 2)."""

from copy import deepcopy
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.urls import reverse

from assignments.models import Attachment, Deliverable, FieldPhoto, MoneyRequest
from assignments.states import State
from clients.queries import membership
from tests.support.http import Page
from tests.support.scene import Scene
from tests.support.snapshot import difference

MISSING = 999_999_999
OWNED = {FieldPhoto: "field__assignment"}
IN_PATH = (
    # name, who asks, stage of the own assignment, the name of the id, its kind in another assignment
    ("assignments:application", "owner", State.SENT, "application"),
    ("assignments:assign", "owner", State.SENT, "application"),
    ("assignments:decline", "owner", State.SENT, "application"),
    ("assignments:answer", "owner", State.SENT, "question"),
    ("assignments:remove_attachment", "owner", State.ASSIGNED, "attachment"),
    ("assignments:accept_deliverable", "owner", State.IN_PROGRESS, "deliverable"),
    ("assignments:reject_deliverable", "owner", State.IN_PROGRESS, "deliverable"),
    ("assignments:approve_money", "owner", State.IN_PROGRESS, "money"),
    ("assignments:decline_money", "owner", State.IN_PROGRESS, "money"),
    ("assignments:accept_reschedule", "owner", State.IN_PROGRESS, "reschedule"),
    ("assignments:decline_reschedule", "owner", State.IN_PROGRESS, "reschedule"),
    ("assignments:withdraw_reschedule", "worker", State.IN_PROGRESS, "reschedule"),
    ("assignments:edit_check_in", "worker", State.IN_PROGRESS, "visit"),
    ("assignments:deliver", "worker", State.IN_PROGRESS, "requirement"),
    ("assignments:fill_group", "worker", State.IN_PROGRESS, "group"),
    ("assignments:remove_deliverable", "worker", State.IN_PROGRESS, "deliverable"),
    ("assignments:withdraw_money", "worker", State.IN_PROGRESS, "money"),
)
ARGUMENT = {"money": "request_id", "reschedule": "request_id"}
ELSEWHERE = {
    "application": State.ON_HOLD, "question": "left", "attachment": State.SENT, "deliverable": State.ASSIGNED,
    "money": State.ASSIGNED, "reschedule": State.ASSIGNED, "visit": State.PENDING_APPROVAL,
    "requirement": State.ASSIGNED, "group": State.ASSIGNED,
}  # fmt: skip
"""In which other assignment of the same people a row of that kind is to be found."""
TYPED = {"reason": "x", "note": "x", "answer": "x", "in_at": "2026-12-01T04:00", "out_at": "2026-12-01T05:00"}


def ask(
    scene: Scene, who: str, method: str, url: str, data: dict[str, Any]
) -> tuple[int, str, dict[str, Any]]:
    """Status, words below the frame, and what changed; undone."""
    cache.clear()
    client = scene.visitors[who].client
    cookies = deepcopy(client.cookies)

    def act() -> tuple[int, str]:
        response = getattr(client, method)(url, data)
        page = Page(response, url)
        return response.status_code, page.text.split("Sign out", 1)[-1] if page.is_html else ""

    (status, words), written = difference(act)
    client.cookies = cookies
    return status, words, written


@pytest.mark.django_db
def test_what_is_written_is_seen_and_taken_back(scene: Scene) -> None:
    """The tests below would prove nothing if they overlooked a write."""
    row = scene[State.IN_PROGRESS]
    url = reverse("assignments:hold", args=[row.pk])
    status, _, written = ask(scene, "owner", "post", url, {"reason": "weather"})
    assert (status, {"assignments.Assignment", "timeline.Entry"} <= set(written)) == (302, True)
    row.refresh_from_db()
    assert row.state == State.IN_PROGRESS


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "who", "stage", "kind"), IN_PATH, ids=[name for name, *_ in IN_PATH])
def test_an_id_of_another_assignment_is_like_a_missing_one(
    scene: Scene, name: str, who: str, stage: str, kind: str
) -> None:
    foreign = scene.parts(_elsewhere(kind, stage))[kind]
    assert foreign not in (0, scene.parts(stage)[kind])

    def url(pk: int) -> str:
        return reverse(name, kwargs={"pk": scene[stage].pk, ARGUMENT.get(kind, kind): pk})

    for method in ("get", "post"):
        seen = ask(scene, who, method, url(foreign), TYPED)
        assert seen == ask(scene, who, method, url(MISSING), TYPED)
        assert (seen[0] in (404, 409, 422, 405), seen[2]) == (True, {}), f"{method} {seen[:2]}"


def _elsewhere(kind: str, stage: str) -> str:
    place = ELSEWHERE[kind]
    return State.ASSIGNED if place == stage else place


@pytest.mark.one_database
@pytest.mark.django_db
@pytest.mark.parametrize("who", ["other_client", "stranger", "applicant", "removed", "staff"])
def test_a_hidden_assignment_is_like_a_missing_one(scene: Scene, who: str) -> None:
    """For each address below it, by GET and POST: same status, same words, nothing written."""
    names = (
        "page",
        "details",
        "messages",
        "hold",
        "edit",
        "apply",
        "check_in",
        "submit",
        "follow",
        "history",
        "visit",
    )
    for name in names:
        for method in ("get", "post"):
            hidden, missing = (
                ask(scene, who, method, reverse(f"assignments:{name}", args=[pk]), TYPED)
                for pk in (scene[State.IN_PROGRESS].pk, MISSING)
            )
            assert hidden == missing, f"{method} {name}"


@pytest.mark.one_database
@pytest.mark.django_db
@pytest.mark.parametrize("who", ["other_client", "stranger", "applicant", "removed", "staff"])
def test_files_of_others_are_like_missing_ones(scene: Scene, who: str) -> None:
    row = scene[State.IN_PROGRESS]
    kinds = {
        "attachment_file": Attachment,
        "deliverable_file": Deliverable,
        "deliverable_thumb": Deliverable,
        "field_photo": FieldPhoto,
        "field_photo_thumb": FieldPhoto,
        "receipt_file": MoneyRequest,
    }
    for name, model in kinds.items():
        real = model.objects.filter(**{OWNED.get(model, "assignment"): row}).first().uuid
        seen = [
            ask(scene, who, "get", reverse(f"assignments:{name}", args=[one]), {}) for one in (real, uuid4())
        ]
        assert (seen[0], seen[0][0]) == (seen[1], 404)


@pytest.mark.one_database
@pytest.mark.django_db
def test_ids_of_another_company_in_a_form_are_no_choice(scene: Scene) -> None:
    """Owner, customer, project, location, worker: refused like a number that does not exist; nothing is written."""
    other = membership(scene.people.other_client).client
    customer = other.customers.get()
    foreign = {
        "owner": scene.people.other_client.pk,
        "customer": customer.pk,
        "project": customer.projects.get().pk,
        "location": other.locations.get().pk,
    }
    draft = scene[State.DRAFT]
    visitor = scene.visitors["owner"]
    form = visitor.open(reverse("assignments:edit", args=[draft.pk])).form_with({"title"})
    for name, pk in foreign.items():
        place = {"place": ["saved"]} if name == "location" else {}
        url = reverse("assignments:edit", args=[draft.pk])
        data = {**form.data(), **place, "save": "1"}
        seen, missing = (ask(scene, "owner", "post", url, {**data, name: str(one)}) for one in (pk, MISSING))
        assert (seen[0], seen[2]) == (missing[0], missing[2]) == (422, {}), name


@pytest.mark.one_database
@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["clients:customer", "clients:location", "clients:member", "clients:deactivate_member"]
)
def test_rows_of_another_company_are_like_missing_ones(scene: Scene, name: str) -> None:
    other = membership(scene.people.other_client)
    foreign = {
        "clients:customer": other.client.customers.get().pk,
        "clients:location": other.client.locations.get().pk,
    }.get(name, other.pk)
    for method in ("get", "post"):
        seen = [ask(scene, "owner", method, reverse(name, args=[pk]), TYPED) for pk in (foreign, MISSING)]
        assert (seen[0], seen[0][0]) == (seen[1], 404)
