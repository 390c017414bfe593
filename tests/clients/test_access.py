"""Who opens which page of a company: colleagues by role, strangers never (404), and always with a token."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients import policies
from clients.models import Client, DirectConsent, Invite
from clients.roles import Role
from common import clock
from tests.factories import CustomerFactory, LocationFactory, ProjectFactory, WorkerFactory
from tests.support.people import browser, member, person, worker
from workers.models import Skill

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
A, M, C, U, V = Role.ADMINISTRATOR, Role.MANAGER, Role.CONTROLLER, Role.USER, Role.VIEW_ONLY


def rows(client: Client) -> dict[str, int]:
    """One row of each kind, by the words in the addresses below."""
    customer = CustomerFactory(client=client)
    invite = Invite.objects.create(
        client=client,
        email="x@onsite.test",
        token_hash=f"{client.pk:064d}",
        invited_by=member(client).user,
        expires_at=clock.now(),
    )
    return {
        "member": member(client, U).pk,
        "invite": invite.pk,
        "customer": customer.pk,
        "project": ProjectFactory(customer=customer).pk,
        "location": LocationFactory(client=client).pk,
    }


PAGES: list[tuple[str, str, set[Role]]] = [
    ("GET", "/company/", {A, M, C, U, V}),
    ("POST", "/company/", {A}),
    ("GET", "/company/history/", {A}),
    ("GET", "/team/", {A, M, C, U, V}),
    ("POST", "/team/", {A}),
    ("GET", "/team/{member}/", {A}),
    ("POST", "/team/{member}/", {A}),
    ("GET", "/team/{member}/deactivate/", {A}),
    ("POST", "/team/{member}/deactivate/", {A}),
    ("POST", "/team/invites/{invite}/withdraw/", {A}),
    ("GET", "/customers/", {A, M, C, U, V}),
    ("GET", "/customers/new/", {A, M}),
    ("POST", "/customers/{customer}/", {A, M}),
    ("GET", "/customers/{customer}/projects/new/", {A, M}),
    ("POST", "/customers/{customer}/projects/{project}/", {A, M}),
    ("GET", "/locations/", {A, M, C, U, V}),
    ("GET", "/locations/new/", {A, M, U}),
    ("POST", "/locations/{location}/", {A, M, U}),
    ("GET", "/workers/", {A, M, C, U, V}),
]


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_its_pages_and_no_other(role: Role) -> None:
    reader = member(role=role)
    ids = rows(reader.client)
    for method, path, allowed in PAGES:
        if path.endswith("deactivate/") and method == "POST":
            continue
        answer = browser(reader.user).generic(method, path.format(**ids))
        expected = {200, 302, 422} if role in allowed else {403}
        assert answer.status_code in expected, (method, path, answer.status_code)


def test_another_company_s_rows_are_not_found() -> None:
    ids = rows(member().client)
    stranger = browser(member().user)
    for method, path, _ in PAGES:
        if "{" in path:
            assert stranger.generic(method, path.format(**ids)).status_code == 404, (method, path)


def test_people_without_a_company_find_no_company_pages() -> None:
    ids = rows(member().client)
    for user in (person(), worker().user):
        for method, path, _ in PAGES:
            assert browser(user).generic(method, path.format(**ids)).status_code == 404, (method, path)


def test_changes_need_the_token() -> None:
    admin = member()
    ids = rows(admin.client)
    careful = browser(admin.user, checks_csrf=True)
    for method, path, _ in PAGES:
        if method == "POST":
            assert careful.post(path.format(**ids)).status_code == 403, path
    assert admin.client.members.filter(is_active=True).count() == 3


def test_buttons_and_doors_ask_the_same_table() -> None:
    viewer = member(role=V)
    page = browser(viewer.user).get("/locations/").content.decode()
    assert "/locations/new/" not in page
    assert policies.verbs_for(viewer) == {
        "see_company",
        "see_team",
        "see_customers",
        "see_locations",
        "see_requirements",
        "see_workers",
        "see_pools",
    }
    assert policies.verbs_for(None) == frozenset()
    assert set(policies.VERBS) == set(policies._PHRASES)
    assert set(policies.ROLE_WORDS) == set(Role)


def test_company_cards_are_for_workers_and_their_own_people() -> None:
    admin, stranger = member(), member()
    path = f"/companies/{admin.client_id}/"
    assert browser(worker().user).get(path).status_code == 200
    assert browser(admin.user).get(path).status_code == 200
    assert browser(stranger.user).get(path).status_code == 404
    assert browser(person()).get(path).status_code == 404
    assert browser(worker().user).get("/companies/999999/").status_code == 404


def test_worker_profiles_are_for_clients_and_the_worker() -> None:
    shown = worker(phone="614 555 0100", about="<script>alert(1)</script>")
    path = f"/workers/{shown.pk}/"
    page = browser(member(role=V).user).get(path).content.decode()
    assert "&lt;script&gt;" in page
    for private in ("614 555 0100", shown.user.email, shown.postcode):
        assert private not in page
    assert browser(shown.user).get(path).status_code == 200
    assert browser(worker().user).get(path).status_code == 404


def test_people_who_did_not_confirm_their_address_are_not_shown() -> None:
    hidden = worker(name="Hidden Person")
    hidden.user.emailaddress_set.update(verified=False)
    reader = browser(member().user)
    assert reader.get(f"/workers/{hidden.pk}/").status_code == 404
    assert "Hidden Person" not in reader.get("/workers/").content.decode()


def test_workers_give_and_take_back_their_consent() -> None:
    admin, me = member(), worker()
    mine, path = browser(me.user), f"/companies/{admin.client_id}"
    for _ in range(2):
        assert mine.post(f"{path}/give_consent/", {"next": "//evil.test"})["Location"] == "/profile/consents/"
    assert DirectConsent.objects.get().client == admin.client
    assert admin.client.name in mine.get("/profile/consents/").content.decode()
    assert mine.post(f"{path}/withdraw_consent/")["Location"] == "/profile/consents/"
    assert DirectConsent.objects.count() == 0
    assert browser(admin.user).post(f"{path}/give_consent/").status_code == 404
    assert mine.post("/companies/999999/give_consent/").status_code == 404


def queries(path: str, user: object) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert browser(user).get(path).status_code == 200  # type: ignore[arg-type]
    return len(caught)


def make_worker(client: Client) -> None:
    row = WorkerFactory()
    row.skills.add(Skill.objects.create(name=f"Skill {row.pk}"))


LISTS: list[tuple[str, Callable[[Client], object]]] = [
    ("/workers/", make_worker),
    ("/workers/?near=12207&within=50", make_worker),
    ("/customers/", lambda client: ProjectFactory(customer=CustomerFactory(client=client))),
    ("/locations/", lambda client: LocationFactory(client=client, customer=CustomerFactory(client=client))),
    ("/team/", lambda client: member(client, U)),
]


@pytest.mark.parametrize(("path", "make"), LISTS)
def test_lists_ask_as_often_for_thirty_rows_as_for_one(path: str, make: Callable[[Client], object]) -> None:
    admin = member()
    make(admin.client)
    first = queries(path, admin.user)
    for _ in range(29):
        make(admin.client)
    assert queries(path, admin.user) == first
