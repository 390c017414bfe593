"""The team: roles, the last administrator, invitations and their links."""

from datetime import timedelta

import pytest

from accounts.models import User
from clients.actions import invites, team
from clients.models import Invite, Member
from clients.roles import Role
from common import clock
from common.errors import Invalid, WrongState
from notifications.models import Message, Notice
from tests.support.people import browser, errors, link, mails, member, person, worker
from timeline.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
NEW = {"email": "new@onsite.test", "role": "manager", "max_budget": "1,200.50"}


def invited(admin: Member, email: str = "new@onsite.test") -> str:
    """The path of the link in an invitation's mail."""
    browser(admin.user).post("/team/", {**NEW, "email": email})
    return link("client.invitation")


def test_an_administrator_invites_by_mail() -> None:
    admin = member()
    assert browser(admin.user).post("/team/", NEW).status_code == 302
    row = Invite.objects.get()
    assert (row.email, row.role, row.max_budget_minor, row.invited_by) == (
        "new@onsite.test",
        "manager",
        120_050,
        admin.user,
    )
    assert row.expires_at - row.created_at == timedelta(days=7)
    subject = f"{admin.user} invites you to {admin.client} on Onsite"
    assert mails() == [("client.invitation", "new@onsite.test", subject)]
    token = link("client.invitation").split("/")[2]
    assert token not in row.token_hash
    entry = Entry.objects.get(kind="client.member_invited")
    assert entry.facts == {"invite_id": row.pk, "role": "Manager"}


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"email": "x"}, {"email": ["Enter an e-mail address, for example name@example.com"]}),
        ({"role": "king"}, {"role": ["Choose one of the options for role"]}),
        ({"max_budget": "-5"}, {"max_budget": ["Enter an amount of zero or more"]}),
        ({"max_budget": "lots"}, {"max_budget": ["Enter an amount in digits, for example 320.00"]}),
        ({"max_budget": "1.005"}, {"max_budget": ["USD amounts have at most 2 decimals"]}),
        ({"max_budget": "9" * 20}, {"max_budget": ["Enter a smaller amount"]}),
    ],
)
def test_bad_invitations_are_said_at_the_field(bad: dict[str, str], said: dict[str, list[str]]) -> None:
    page = browser(member().user).post("/team/", {**NEW, **bad})
    assert (page.status_code, errors(page)) == (422, said)
    assert f'value="{ {**NEW, **bad}["email"] }"' in page.content.decode()
    assert (Invite.objects.count(), Message.objects.count()) == (0, 0)


def test_colleagues_and_open_invitations_are_not_invited_again() -> None:
    admin = member()
    again = browser(admin.user).post("/team/", {**NEW, "email": admin.user.email})
    assert errors(again) == {"email": ["This person is in your team already"]}
    invited(admin)
    page = browser(admin.user).post("/team/", {**NEW, "email": "NEW@onsite.test"})
    assert errors(page) == {"email": ["An invitation to this address is open. Withdraw it to send another"]}
    with clock.moved(clock.now() + timedelta(days=8)):
        assert browser(admin.user).post("/team/", NEW).status_code == 302
    assert Invite.objects.filter(withdrawn_at=None).count() == 1


def test_whether_a_stranger_has_an_account_is_not_told() -> None:
    admin, stranger = member(), member()
    answers = [
        browser(admin.user).post("/team/", {**NEW, "email": to})
        for to in (stranger.user.email, "no@one.test")
    ]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, "/team/")}


def test_a_new_person_joins_with_name_and_password() -> None:
    admin = member()
    path = invited(admin)
    visitor = browser()
    assert "new@onsite.test" in visitor.get(path).content.decode()
    assert visitor.post(path, {"name": "Noor Ali", "password1": "another-long-secret"})["Location"] == "/"
    joined = Member.objects.select_related("user").get(user__email="new@onsite.test")
    assert (joined.client, joined.role, joined.max_budget_minor, joined.user.hat) == (
        admin.client,
        "manager",
        120_050,
        "client",
    )
    assert visitor.get("/team/").status_code == 200
    assert list(Notice.objects.values_list("user_id", "kind")) == [(admin.user_id, "client.member_joined")]
    for again in (browser(), browser(admin.user)):
        page = again.get(path)
        assert page.status_code == 409
        assert "This invitation was used already" in page.content.decode()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": " ", "password1": "another-long-secret"}, "name"),
        ({"name": "Noor", "password1": "short"}, "password1"),
    ],
)
def test_bad_input_of_a_new_person_makes_no_account(typed: dict[str, str], field: str) -> None:
    page = browser().post(invited(member()), typed)
    assert page.status_code == 422
    assert list(errors(page)) == [field]
    assert not User.objects.filter(email="new@onsite.test").exists()


def test_a_person_with_an_account_signs_in_and_accepts() -> None:
    user = worker(email="both@onsite.test").user
    path = invited(member(), "both@onsite.test")
    assert f"/accounts/login/?next={path}" in browser().get(path).content.decode()
    assert browser().post(path, {"name": "X", "password1": "another-long-secret"}).status_code == 200
    assert Member.objects.filter(user=user).count() == 0
    assert browser(user).post(path)["Location"] == "/"
    user.refresh_from_db()
    assert (user.hat, user.memberships.get().is_active) == ("client", True)


def test_a_foreign_invitation_is_refused() -> None:
    path = invited(member())
    other = person()
    assert "another address" in browser(other).get(path).content.decode()
    assert browser(other).post(path).status_code == 403
    assert Member.objects.filter(user=other).count() == 0


def test_one_company_at_a_time() -> None:
    elsewhere = member()
    path = invited(member(), elsewhere.user.email)
    page = browser(elsewhere.user).post(path)
    assert page.status_code == 409
    assert f"You belong to {elsewhere.client} already." in page.content.decode()


def test_expired_withdrawn_and_unknown_links() -> None:
    admin = member()
    path = invited(admin)
    with clock.moved(clock.now() + timedelta(days=7, seconds=1)):
        page = browser().get(path)
        assert (page.status_code, "has expired" in page.content.decode()) == (409, True)
        assert browser().post(path, {"name": "N", "password1": "another-long-secret"}).status_code == 409
    row = Invite.objects.get()
    for _ in range(2):
        assert browser(admin.user).post(f"/team/invites/{row.pk}/withdraw/")["Location"] == "/team/"
    page = browser().get(path)
    assert (page.status_code, "was withdrawn" in page.content.decode()) == (409, True)
    assert browser().get("/invite/guessed/").status_code == 404
    assert Entry.objects.filter(kind="client.invite_withdrawn").count() == 1


def test_roles_and_budgets_are_changed_and_told() -> None:
    admin = member()
    other = member(admin.client, Role.USER)
    assert (
        browser(admin.user).post(f"/team/{other.pk}/", {"role": "manager", "max_budget": "500"})["Location"]
        == "/team/"
    )
    other.refresh_from_db()
    assert (other.role, other.max_budget_minor) == ("manager", 50_000)
    assert list(Notice.objects.values_list("user_id", "kind")) == [
        (other.user_id, "client.member_role_changed")
    ]
    browser(admin.user).post(f"/team/{other.pk}/", {"role": "manager", "max_budget": "500"})
    assert Entry.objects.filter(kind="client.member_role_changed").count() == 1


def test_the_last_administrator_stays() -> None:
    admin = member()
    member(admin.client, Role.MANAGER)
    gone = member(admin.client)
    User.objects.filter(pk=gone.user_id).update(is_active=False)
    page = browser(admin.user).post(f"/team/{admin.pk}/", {"role": "user", "max_budget": ""})
    assert errors(page) == {
        "role": ["This is the only administrator. Make somebody else an administrator first"]
    }
    mine, path = browser(admin.user), f"/team/{admin.pk}/deactivate/"
    assert (mine.get(path).status_code, mine.post(path).status_code) == (409, 409)
    own = mine.get(f"/team/{admin.pk}/").content.decode()
    assert (path in own, "Make somebody else an administrator first." in own) == (False, True)
    with pytest.raises(WrongState):
        team.deactivate_member(admin.client_id, admin.pk, actor=admin.user)
    with pytest.raises(Invalid):
        team.edit_member(admin.client_id, admin.pk, actor=admin.user, role=Role.USER, max_budget_minor=None)
    admin.refresh_from_db()
    assert (admin.role, admin.is_active) == ("administrator", True)


def test_somebody_taken_out_sees_nothing_of_the_company_any_more() -> None:
    admin = member()
    other = member(admin.client, Role.MANAGER)
    theirs = browser(other.user)
    assert theirs.get("/team/").status_code == 200
    assert browser(admin.user).post(f"/team/{other.pk}/deactivate/")["Location"] == "/team/"
    assert theirs.get("/team/").status_code == 404
    other.user.refresh_from_db()
    assert other.user.hat == ""
    assert browser(admin.user).post(f"/team/{other.pk}/deactivate/").status_code == 404
    _, token = invites.invite(
        admin.client_id, actor=admin.user, email=other.user.email, role=Role.USER, max_budget_minor=None
    )
    invites.accept(token, actor=other.user)
    other.refresh_from_db()
    assert (other.is_active, other.role) == (True, "user")


def test_an_administrator_may_leave_when_another_stays() -> None:
    admin = member()
    member(admin.client)
    assert browser(admin.user).post(f"/team/{admin.pk}/deactivate/")["Location"] == "/"
    admin.refresh_from_db()
    assert admin.is_active is False


def test_markup_in_names_is_text() -> None:
    admin = member(name="<img src=x onerror=alert(1)>")
    page = browser(admin.user).get("/team/").content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
