"""Scorecards with receipts (N4), double-blind ratings (sourcing, point 7), and the client truth card (N9)."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User
from assignments import cards, fault_sweeps, scorecard
from assignments.actions import assigning, drafting, ratings, sourcing, visits
from assignments.actions.drafting import Content
from assignments.actions.sourcing import Offer
from assignments.models import Application, Assignment, Rating
from assignments.states import State
from common import clock
from common.errors import Conflict, Invalid
from notifications.models import Message, Notice
from payments.actions import approving, paying
from payments.models import Invoice
from tests.assignments.scenes import assign, unassign
from tests.conftest import NOON
from tests.factories import People, assignment_in, make_people
from tests.support.crawl import walk
from tests.support.facts import url
from tests.support.http import Visitor

OWN, TITLE, CITY = "/profile/scorecard/", "Marker title of Acme", "Markerville"


def done(people: People, minutes_late: int = 0, **columns) -> Assignment:
    """Paid work of the worker for Acme, with the first check-in so many minutes after the start."""
    start = clock.now() - timedelta(hours=2, minutes=minutes_late)
    where = {"title": TITLE, "city": CITY, "industry": "Networking"}
    return assignment_in(
        State.PAID, owner=people.owner, by=people.worker, start_at=start, **{**where, **columns}
    )


def backed_out(people: People, hours_before: int) -> Assignment:
    """Assigned work that the worker cancelled so many hours before its start."""
    start = clock.now() + timedelta(hours=hours_before)
    row = assignment_in(
        State.ASSIGNED, owner=people.owner, by=people.worker, start_at=start, title=TITLE, city=CITY
    )
    assigning.back_out(row.pk, actor=people.worker.user, reason="vehicle", note="")
    return row


@dataclass
class Scene:
    people: People
    rows: dict[str, Assignment]
    browsers: dict[str, Visitor]

    def visitor(self, name: str) -> Visitor:
        return self.browsers[name]


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """One on time, one 40 minutes late, one cancelled at short notice, one with two days' notice; read only."""
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        stack.enter_context(clock.moved(NOON))
        stack.enter_context(transaction.atomic())
        people = make_people()
        for user in User.objects.all():  # as a sign-up leaves it
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        rows = {
            "on_time": done(people),
            "late": done(people, 40),
            "short": backed_out(people, 5),
            "noticed": backed_out(people, 50),
        }
        with clock.moved(NOON + timedelta(days=8)):  # nobody contests anything
            fault_sweeps.settle_due()
        names = ("worker", "owner", "other_client", "stranger", "staff")
        yield Scene(people, rows, {name: Visitor(people.user(name)) for name in names})
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_n4_every_figure_opens_the_assignments_behind_it(scene: Scene):
    """N4: the worker reads each figure, and behind it every assignment with date, outcome, fact and rule."""
    worker, rows = scene.visitor("worker"), scene.rows
    card = worker.open(OWN)
    card.has("On-Time", "33.3%", "1 of 3", "1 late, 1 with notice not counted", "On-Time, rule 2")
    page = worker.follow(card, "33.3% On-Time, Last 3 months")
    page.has(
        "Late by 25 min",
        "On-Time, rule 2. Checked in Tue, Dec 1, 5:00 AM EST. On time until Tue, Dec 1, 4:35 AM EST",
        "Cancelled late: 5 h before the start",
        "Not counted: cancelled 2 days before the start",
        "vehicle trouble",
        TITLE,
    )
    assert {words: link for words, link in page.links.items() if words.startswith("A-")} == {
        rows[name].number: url(rows[name], "history/") for name in ("on_time", "late")
    }
    worker.follow(page, rows["late"].number).has("checked in")


@pytest.mark.django_db
def test_n4_clients_read_the_same_figures_and_only_their_own_rows_in_full(scene: Scene):
    """N4: of other companies a client reads date, industry and outcome; no title, place, name, number or link."""
    people, record, visitor = scene.people, scene.rows, scene.visitor
    base = f"/workers/{people.worker.pk}/scorecard/"
    own, strange = visitor("owner"), visitor("other_client")
    figures = ["33.3%", "1 of 3", "1 late, 1 with notice not counted"]
    for who in (visitor("worker"), own, strange):
        who.open(base).has(*figures)
    own.open(f"{base}on-time/").has(TITLE, record["late"].number, "Acme Retail")
    for figure in ("on-time", "completed", "cancelled", "abandoned", "deliverables", "satisfaction"):
        page = strange.open(f"{base}{figure}/")
        page.lacks(TITLE, CITY, "Acme", "AM EST", *(f"A-{row.pk}" for row in record.values()))
        assert not [link for link in page.addresses if link.startswith("/assignments/1")]
        assert not [link for row in record.values() for link in page.addresses if url(row) in link]
    strange.open(f"{base}on-time/").has("Late by 25 min", "Networking", "Dec 1", "On-Time, rule 2")
    strange.open(f"{base}nothing/", 404)
    visitor("stranger").open(base, 404)
    visitor("stranger").open(f"{base}on-time/", 404)


BY_CLIENT, BY_WORKER = "Marker words of the client", "Marker words of the worker"


def rate(scene: Scene, row: Assignment, *sides: str) -> None:
    """Each side fills in its form, over HTTP."""
    for side in sides:
        if side == "client":
            scene.visitor("owner").submit(
                url(row, "rate-worker/"), grade="unsatisfied", communication="excellent", text=BY_CLIENT
            )
        else:
            scene.visitor("worker").submit(
                url(row, "rate-client/"), grade="satisfied", site_ready="no", scope_true="yes", text=BY_WORKER
            )


def approved(scene: Scene) -> Assignment:
    people = scene.people
    return assignment_in(State.APPROVED, owner=people.owner, by=people.worker, title="Rated work")


@pytest.mark.one_database
@pytest.mark.django_db
def test_r7_one_rating_alone_is_read_by_its_own_side_only(scene: Scene):
    """R7: no page, file, mail or notice gives the other side a rating before both have rated or it is Paid."""
    by_client, by_worker = approved(scene), approved(scene)
    rate(scene, by_client, "client")
    rate(scene, by_worker, "worker")
    lists = r"|home/|dashboard/|assignments/($|[?])|work/($|[?])|workers/|notifications/|company/card/"
    near = rf"/($|assignments/({by_client.pk}|{by_worker.pk})/{lists})"
    for name, lacking, having in (("worker", BY_CLIENT, BY_WORKER), ("owner", BY_WORKER, BY_CLIENT)):
        pages = walk(scene.visitor(name), only=near)
        assert [address for address, page in pages.items() if lacking in page.html] == []
        assert any(having in page.html for page in pages.values())
    profile = f"/workers/{scene.people.worker.pk}/"
    for address in (profile, f"{profile}scorecard/", f"{profile}scorecard/satisfaction/"):
        scene.visitor("other_client").open(address).lacks("Marker words")
    told = [*Message.objects.values_list("context", "body"), *Notice.objects.values_list("title", "sentence")]
    assert "Marker words" not in str(told)
    for name, row in (("worker", by_client), ("owner", by_worker)):
        hidden = scene.visitor(name).open(url(row, "details/"))
        hidden.has("It stays hidden until both sides have rated, or until it is Paid.")
        scene.visitor(name).open(url(row, "history/")).lacks("gave a rating")
    assert scorecard.card(scene.people.worker.pk).all_time.satisfaction.counted == 0


@pytest.mark.django_db
def test_r7_both_ratings_are_revealed_together_count_and_are_final(scene: Scene):
    """R7: when both have rated each side reads the other's, the card counts it, and nothing can be changed."""
    row = approved(scene)
    rate(scene, row, "client", "client", "worker")
    scene.visitor("worker").open(url(row, "details/")).has(
        BY_CLIENT, "Not satisfied", "Communication Excellent"
    )
    scene.visitor("owner").open(url(row, "details/")).has(BY_WORKER, "Was the site ready? No")
    for name, path in (("owner", "rate-worker/"), ("worker", "rate-client/")):
        scene.visitor(name).open(url(row, path), 409).has("Your rating is final.")
    with pytest.raises(Conflict, match=r"Your rating is final\."):
        ratings.rate_client(row.pk, actor=scene.people.worker.user, grade="unsatisfied")
    base = f"/workers/{scene.people.worker.pk}/"
    profile = scene.visitor("other_client").open(base)
    profile.has(BY_CLIENT, "Networking", "0 of 1")
    profile.lacks("Acme", "Rated work")


@pytest.mark.django_db
def test_r7_payment_reveals_the_clients_rating_and_the_worker_still_may_answer(scene: Scene):
    """R7: Paid reveals; the client's rating is final then, and the worker may give one within 14 days, once."""
    people = scene.people
    row = approved(scene)
    rate(scene, row, "client")
    (invoice,) = Invoice.objects.filter(assignment=row)
    paying.pay([invoice.pk], actor=people.owner)
    scene.visitor("worker").open(url(row, "details/")).has(BY_CLIENT)
    scene.visitor("owner").open(url(row, "details/")).has("The worker may rate until Dec 15.", "Final.")
    scene.visitor("owner").open(url(row, "rate-worker/"), 409)
    assert scorecard.card(people.worker.pk).all_time.satisfaction.counted == 0
    scene.visitor("worker").submit(
        url(row, "rate-client/"), grade="excellent", paid_in_time="yes", text=BY_WORKER
    )
    scene.visitor("owner").open(url(row, "details/")).has(BY_WORKER, "Paid in time? Yes")
    assert scorecard.card(people.worker.pk).all_time.satisfaction.counted == 1
    scene.visitor("worker").open(url(row, "rate-client/"), 409)


@pytest.mark.django_db
def test_r7_a_removed_worker_takes_the_own_rating_along(scene: Scene):
    """R7: a rating belongs to one worker's time on it; the next worker starts without one."""
    people = scene.people
    row = assignment_in(State.IN_PROGRESS, owner=people.owner, by=people.worker)
    rate(scene, row, "client")
    unassign(row, people.owner)
    drafting.edit(row.pk, Content({"start_at": NOON + timedelta(minutes=5)}, {}), actor=people.owner)
    assign(row, people.stranger, people.owner)
    with clock.moved(NOON + timedelta(minutes=1)):
        visits.check_in(row.pk, actor=people.stranger.user)
        scene.visitor("owner").open(url(row, "details/")).has("You have not rated yet.")
        ratings.rate_worker(row.pk, actor=people.owner, grade="excellent")
    assert [(r.engagement.worker, r.grade) for r in Rating.objects.order_by("pk")] == [
        (people.worker, "unsatisfied"), (people.stranger, "excellent"),
    ]  # fmt: skip
    scene.visitor("stranger").open(url(row, "details/")).lacks(BY_CLIENT)


def slow_and_late(people: People) -> None:
    """Three assignments approved after four days and paid three days late, by the real actions."""
    for number in range(3):
        row = assignment_in(
            State.PENDING_APPROVAL,
            owner=people.owner,
            by=people.worker,
            terms_days=7,
            title=f"Slow work {number}",
        )
        with clock.moved(NOON + timedelta(days=4)):
            approving.approve(row.pk, actor=people.owner)
        with clock.moved(NOON + timedelta(days=14)):
            paying.pay([Invoice.objects.get(assignment=row).pk], actor=people.owner)


@pytest.mark.django_db
def test_n9_workers_read_how_a_company_approves_and_pays_and_confirm_it_before_applying(scene: Scene):
    """N9: the same computed figures on every page before applying; past a limit the tick is asked by the server."""
    people, stranger = scene.people, scene.visitor("stranger")
    slow_and_late(people)  # beside the two punctual ones of the scene
    with clock.moved(NOON + timedelta(days=15)):
        cards.refresh(people.client.pk)
        row = assignment_in(
            State.SENT, owner=people.owner, title="New work", site={"lat": 42.66, "lon": -73.75}
        )
        stranger.open("/find-work/").has("approves in 4 days", "pays 10 days later", "Read how it pays")
        warning = "It pays 2 days after the due date on average."
        for path in (
            url(row),
            f"/companies/{people.client.pk}/",
            url(row, "apply/"),
            url(row, "counteroffer/"),
        ):
            stranger.open(path).has("Approves in", "median of 5", "Paid late", "3 of 5", warning)
        stranger.submit(url(row, "apply/"), status=422, reason="I live near").has("I live near")
        with pytest.raises(Invalid, match="how this company approves and pays"):
            sourcing.apply(row.pk, Offer(), actor=people.stranger.user)
        assert not Application.objects.filter(assignment=row).exists()
        stranger.submit(url(row, "apply/"), understood=True)
        assert Application.objects.get(assignment=row).worker == people.stranger


@pytest.mark.django_db
def test_n9_the_company_reads_its_own_card_with_the_assignments_behind_each_figure(scene: Scene):
    """N9: what workers see, and behind each figure the own assignments; another company reads none of them."""
    people, owner = scene.people, scene.visitor("owner")
    slow_and_late(people)
    with clock.moved(NOON + timedelta(days=15)):
        cards.refresh(people.client.pk)
        card = owner.open("/company/card/")
        card.has("Approves in", "4 days", "Time to approve, rule 1", "Workers are asked to confirm this")
        late = owner.follow(card, "Paid late")
        late.has("3 days late", "Slow work 0", "Slow work 2", "Paid late, rule 1")
        for path in ("/company/card/", "/company/card/paid-late/", "/company/card/approval/"):
            scene.visitor("other_client").open(path).lacks("Slow work", "Acme")
        owner.open("/company/card/nothing/", 404)
        scene.visitor("worker").open("/company/card/", 403)
