"""Blocks by either side (issue 3, point 8; domain.md 10, row 34): the work is gone, the blocked side never learns."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assignments import candidates, search_sweeps
from assignments.actions import assigning, drafting, sourcing
from assignments.actions.sourcing import Offer
from assignments.models import Application, Assignment, Invitation
from assignments.states import ApplicationState, State
from clients.actions import blocks
from clients.blocks import blocked_clients, blocked_workers, is_blocked
from clients.models import Block, BlockSide, DirectConsent
from common import clock
from common.errors import AlreadyDone, Conflict, Invalid, NotAllowed
from notifications.models import Message, Notice
from tests.factories import People, assignment_in, consent
from tests.support.facts import fresh, history, told, url
from tests.support.http import Visitor
from timeline.models import Entry

REASON = "Marker reason: shouted at the site contact"
NOTE = "Marker note: never paid on time"


def by_company(people: People, who: str = "stranger") -> None:
    worker = getattr(people, who)
    blocks.block_worker(people.client.pk, worker.pk, actor=people.owner, reason=REASON)


def by_worker(people: People, who: str = "stranger") -> None:
    blocks.block_client(people.client.pk, actor=people.user(who), reason=NOTE)


SIDES = pytest.mark.parametrize("block", [by_company, by_worker])


def sent(people: People, **more: Any) -> Assignment:
    return assignment_in(State.SENT, owner=people.owner, **more)


def open_pages(visitor: Visitor, row: Assignment) -> dict[str, int]:
    """What the addresses of an assignment answer a worker."""
    paths = ("", "questions/", "apply/", "counteroffer/", "ask/", "promise/", "decline-invitation/")
    return {path: visitor.client.get(url(row, path)).status_code for path in paths}


def test_r8_a_company_blocks_a_worker_with_a_reason_of_its_own(people, visitor):
    """From the worker's page; the list in the settings has reason and author, and lifts it again."""
    page = visitor("owner").open(f"/workers/{people.stranger.pk}/")
    asked = visitor("owner").follow(page, "Block this worker")
    visitor("owner").submit(asked, press="Block this worker", status=422).has("Enter a reason")
    done = visitor("owner").submit(asked, press="Block this worker", reason=REASON)
    done.has("Stan Stranger is blocked", REASON, "by Olivia Owner")
    row = Block.objects.get()
    assert (row.client, row.worker, row.side, row.note, row.blocked_by, row.lifted_at) == (
        people.client, people.stranger, BlockSide.CLIENT, REASON, people.owner, None,
    )  # fmt: skip
    visitor("owner").open(f"/workers/{people.stranger.pk}/").has("Blocked by your company", REASON)
    assert REASON in visitor("owner").open("/company/blocks/?format=csv").html
    visitor("controller").open("/company/blocks/?format=csv", 403)
    visitor("controller").open(f"/workers/{people.stranger.pk}/").lacks(REASON, "Blocked by your company")
    visitor("owner").submit(done, press="Lift block of Stan Stranger").has("Nobody is blocked")
    row.refresh_from_db()
    assert row.lifted_at is not None
    kinds = Entry.objects.filter(subject_type="client", subject_id=people.client.pk).order_by("sequence")
    assert list(kinds.values_list("kind", flat=True))[-2:] == [
        "client.worker_blocked",
        "client.worker_unblocked",
    ]


def test_r8_a_worker_blocks_a_company_from_its_card(people, visitor):
    """The note may stay empty; the list is in the settings of the account."""
    card = visitor("stranger").open(f"/companies/{people.client.pk}/")
    asked = visitor("stranger").follow(card, "Block this company")
    done = visitor("stranger").submit(asked, press="Block this company", reason=NOTE)
    done.has("Acme Retail is blocked", NOTE)
    assert Block.objects.get().side == BlockSide.WORKER
    visitor("stranger").open(f"/companies/{people.client.pk}/").has("You block this company", NOTE)
    visitor("stranger").submit(done, press="Lift block of Acme Retail").has("You block no company")
    assert not is_blocked(people.client.pk, people.stranger.pk)


@SIDES
def test_r8_open_work_is_gone_as_if_it_had_never_been(people, visitor, block):
    """Find Work, search and every address of it; a block that is lifted brings it back."""
    row, other = sent(people, title="Marked switches"), 999_999
    assert "Marked switches" in visitor("stranger").open("/find-work/?within=any").text
    block(people)
    missing = Visitor(people.stranger.user).client.get(url(other))
    gone = visitor("stranger").client.get(url(row))
    assert (gone.status_code, missing.status_code) == (404, 404)
    assert set(open_pages(visitor("stranger"), row).values()) == {404}
    for path in ("/find-work/?within=any", "/find-work/?q=Marked&within=any"):
        visitor("stranger").open(path).lacks("Marked switches")
    visitor("applicant").open("/find-work/?q=Marked&within=any").has("Marked switches")
    assert blocked_workers(people.client.pk) == {people.stranger.pk}
    assert blocked_clients(people.stranger.pk) == {people.client.pk}
    if block is by_company:
        blocks.unblock_worker(people.client.pk, people.stranger.pk, actor=people.owner)
    else:
        blocks.unblock_client(people.client.pk, actor=people.stranger.user)
    visitor("stranger").open("/find-work/?q=Marked&within=any").has("Marked switches")


@SIDES
def test_r8_saved_searches_tell_nothing_of_blocked_work(people, visitor, block):
    """The mail of a saved search asks the same visibility as the page."""
    for name in ("stranger", "applicant"):
        visitor(name).submit(
            "/find-work/searches/new/?q=Marked&within=any", press="Save search", name="Mine", mail="instant"
        )
    with clock.moved(clock.now() + timedelta(minutes=1)):
        block(people)
        draft = assignment_in(State.DRAFT, owner=people.owner, title="Marked switches")
        drafting.send(draft.pk, actor=people.owner)
    with clock.moved(clock.now() + timedelta(minutes=3)):
        search_sweeps.tell_saved_searches()
    told_of = Message.objects.filter(kind="search.found").values_list("user", flat=True)
    assert list(told_of) == [people.applicant.user.pk]


@SIDES
def test_r8_invitations_end_and_no_new_ones_come(people, visitor, block):
    """An open invitation leaves My work; the worker is not offered to the company any more, nor told of anything."""
    row = sent(people, invite=(people.stranger,), is_marketplace=False)
    visitor("stranger").open("/work/?stage=invited").has(row.title)
    block(people)
    visitor("stranger").open("/work/?stage=invited").lacks(row.title)
    assert set(open_pages(visitor("stranger"), row).values()) == {404}
    assert candidates.find(people.client.pk, "Stan") == []
    before = Notice.objects.filter(user=people.stranger.user).count()
    again = sent(people)
    assert drafting.invite(again.pk, [people.stranger, people.invited], actor=people.owner) == 1
    assert set(again.invitations.values_list("worker", flat=True)) == {people.invited.pk}
    assert Notice.objects.filter(user=people.stranger.user).count() == before


@SIDES
def test_r8_a_ticked_worker_is_left_out_when_it_is_sent(people, block):
    """The company's own block is named; a worker's block reads like one who takes no new work."""
    draft = assignment_in(State.DRAFT, owner=people.owner, is_marketplace=False)
    block(people)
    with pytest.raises(Invalid) as refused:
        drafting.send(draft.pk, actor=people.owner, invite=[people.stranger])
    words = "is blocked by your company" if block is by_company else "takes no new work at present"
    assert f"Stan Stranger is not invited: {words}." in refused.value.sentence
    assert Invitation.objects.count() == 0


def test_r8_the_company_s_block_closes_waiting_offers_and_tells_nobody(people, visitor):
    """The worker reads no line of it anywhere: neither Applied nor Former, no bell, no mail."""
    row = sent(people, applicants=(people.stranger,), title="Marked switches")
    notices = Notice.objects.filter(user=people.stranger.user).count()
    mails = Message.objects.filter(user=people.stranger.user).count()
    visitor("stranger").open("/work/?stage=applied").has("Marked switches")
    by_company(people)
    assert Application.objects.get().state == ApplicationState.DECLINED
    assert history(row)[-1] == "declined"
    for tab in ("applied", "former", "invited"):
        visitor("stranger").open(f"/work/?stage={tab}").lacks("Marked switches", REASON)
    assert Notice.objects.filter(user=people.stranger.user).count() == notices
    assert Message.objects.filter(user=people.stranger.user).count() == mails
    visitor("owner").open(url(row, "applications/")).lacks("Accept the offer of Stan Stranger")


def test_r8_the_worker_s_block_withdraws_waiting_offers(people, visitor):
    """The company hears what it hears of every withdrawal, and nothing else."""
    row = sent(people, applicants=(people.stranger,))
    by_worker(people)
    assert Application.objects.get().state == ApplicationState.WITHDRAWN
    assert told(people, "owner", row)[-1] == "withdrawn"
    visitor("owner").open(url(row, "history/")).lacks("block", NOTE)


@SIDES
def test_r8_answers_and_edits_reach_no_blocked_worker(people, block):
    """A question asked before is answered after: the asker hears nothing."""
    row = sent(people)
    question = sourcing.ask(row.pk, "Is there a ladder?", actor=people.stranger.user)
    block(people)
    sourcing.answer(row.pk, question.pk, actor=people.owner, text="Yes.", is_public=True)
    assert told(people, "stranger", row) == []


@SIDES
def test_r8_running_work_goes_on(people, visitor, block):
    """The assigned worker keeps the page, the verbs, and the company in sight; the company keeps the worker's page."""
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    before = visitor("worker").open(url(row))
    block(people, "worker")
    after = visitor("worker").open(url(row))
    assert (after.h1, after.buttons(), after.links) == (before.h1, before.buttons(), before.links)
    visitor("worker").open(f"/companies/{people.client.pk}/")
    visitor("owner").open(f"/workers/{people.worker.pk}/").has("Wanda Worker")
    visitor("worker").submit(url(row, "messages/"), press="Send message", body="On my way.")


@SIDES
def test_r8_a_blocked_pair_is_never_assigned(people, block):
    """Neither directly, whatever was agreed, nor by an offer that came in at the same moment."""
    consent(people.client, people.stranger)
    row = sent(people, applicants=(people.stranger,))
    offer = Application.objects.get()
    block(people)
    with pytest.raises(Conflict):
        assigning.assign_directly(row.pk, people.stranger, actor=people.owner)
    Application.objects.filter(pk=offer.pk).update(state=ApplicationState.PENDING, decided_at=None)
    with pytest.raises(Conflict, match="takes no new work at present"):
        assigning.assign(row.pk, offer.pk, actor=people.owner)
    assert fresh(row).worker is None


def test_r8_the_other_side_s_pages_say_nothing_of_it(people, visitor):
    """Reasons and notes are on no page of the other side; a pair without shared work vanishes from each other."""
    by_company(people)
    for path in (f"/companies/{people.client.pk}/", f"/companies/{people.client.pk}/block/"):
        visitor("stranger").open(path, 404)
    visitor("applicant").open(f"/companies/{people.client.pk}/")
    by_worker(people, "applicant")
    visitor("owner").open(f"/workers/{people.applicant.pk}/", 404)
    visitor("owner").open("/workers/").lacks("Adam Applicant", "Stan Stranger")
    visitor("owner").open("/workers/?format=csv").lacks("Adam Applicant", "Stan Stranger")
    visitor("other_client").open("/workers/").has("Adam Applicant", "Stan Stranger")
    visitor("owner").open("/company/blocks/").lacks("Adam Applicant", NOTE)
    visitor("owner").open("/company/history/").lacks("Adam Applicant", NOTE)


def test_r8_direct_assignment_sleeps_while_blocked(people, visitor):
    """The consent counts for nothing, and a new one tells the company nothing."""
    consent(people.client, people.stranger)
    assert [one.worker for one in candidates.agreed(people.client.pk)] == [people.stranger]
    by_worker(people)
    assert candidates.agreed(people.client.pk) == []
    DirectConsent.objects.all().delete()
    heard = Notice.objects.filter(user=people.owner).count()
    Visitor(people.stranger.user, csrf=False).post(f"/companies/{people.client.pk}/give_consent/", {})
    assert Notice.objects.filter(user=people.owner).count() == heard


def test_r8_both_sides_may_block_and_each_lifts_its_own(people, visitor):
    """Twice is once; the work comes back when both are lifted."""
    row = sent(people)
    by_company(people)
    with pytest.raises(AlreadyDone):
        by_company(people)
    Block.objects.create(
        client=people.client, worker=people.stranger, side=BlockSide.WORKER, blocked_by=people.stranger.user
    )
    visitor("owner").submit("/company/blocks/", press="Lift block of Stan Stranger")
    visitor("stranger").open(url(row), 404)
    visitor("stranger").submit("/profile/blocks/", press="Lift block of Acme Retail")
    visitor("stranger").open(url(row))


@pytest.mark.parametrize("who", ["controller", "user_owner", "view_only", "other_client", "worker"])
def test_r8_who_may_not_block(people, visitor, who):
    """Managers and administrators block for the company, workers for themselves; colleagues never each other."""
    with pytest.raises(NotAllowed):
        blocks.block_worker(people.client.pk, people.stranger.pk, actor=people.user(who), reason=REASON)
    assert Block.objects.count() == 0


@SIDES
def test_r8_find_work_costs_the_same_with_many_blocks(people, visitor, block):
    """One condition of the same statement, not a statement a company."""
    for _ in range(3):
        sent(people)
    visitor("stranger").open("/find-work/?within=any")
    with CaptureQueriesContext(connection) as few:
        visitor("stranger").open("/find-work/?within=any")
    block(people)
    with CaptureQueriesContext(connection) as many:
        visitor("stranger").open("/find-work/?within=any")
    assert len(many) <= len(few)


def test_r8_an_offer_can_be_made_again_once_the_block_is_lifted(people, visitor):
    """Nothing of the block stays on the page."""
    row = sent(people, applicants=(people.stranger,))
    by_company(people)
    blocks.unblock_worker(people.client.pk, people.stranger.pk, actor=people.owner)
    visitor("stranger").open(url(row)).lacks(REASON, "blocked")
    sourcing.apply(row.pk, Offer(), actor=people.stranger.user)
    assert row.applications.filter(state=ApplicationState.PENDING).count() == 1
