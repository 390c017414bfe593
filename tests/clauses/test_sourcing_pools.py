"""Talent pools (issue 3, point 6; domain.md 3.4): public, invite only, private; and a private one never leaks."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assignments import routing
from assignments.models import RouteKind
from assignments.routing import Wave
from assignments.states import State
from clients import pools as reads
from clients.actions import blocks, pools
from clients.models import Pool, PoolMember, PoolMemberState, PoolMessage, RequirementSet
from common.errors import AlreadyDone, Conflict, Invalid, NotAllowed, WrongState
from notifications.mail import render
from notifications.models import Message, Notice
from tests.factories import People, WorkerFactory, assignment_in, consent, worker
from tests.support.crawl import walk
from tests.support.http import Visitor
from timeline.models import Entry
from workers.models import Worker

PRIVATE_NAME, PRIVATE_WORDS = "Marker A-team", "Marker words: call them first"
REASON = "Marker reason of the override"
BLOCK = "Marker reason of the block"


def pool(people: People, visibility: str = "public", name: str = "Night crew", **more: Any) -> Pool:
    values = {"description": "Work after ten.", "requirements_id": None, **more}
    return pools.save_pool(
        people.client.pk, None, actor=people.owner, name=name, visibility=visibility, **values
    )


def private(people: People, *workers: Worker) -> Pool:
    made = pool(people, "private", PRIVATE_NAME, description=PRIVATE_WORDS)
    if workers:
        take(people, made, *workers)
    return made


def take(people: People, into: Pool, *workers: Worker) -> int:
    ids = [one.pk for one in workers]
    return pools.add_members(people.client.pk, into.pk, ids, actor=people.owner)


def asking(people: People, *, met: bool, monkeypatch: Any) -> RequirementSet:
    """A set that every worker meets, or none does."""
    mark = SimpleNamespace(
        words="On time at least 90%", met=met, link="/profile/scorecard/", link_words="See why"
    )

    def judge(set_id: int, worker: Worker) -> Sequence[Any]:
        return [mark]

    monkeypatch.setattr(reads, "_judges", [judge])
    return RequirementSet.objects.create(client=people.client, name="Reliable people")


def state_of(made: Pool, of: Worker) -> str:
    return PoolMember.objects.get(pool=made, worker=of).state


def heard(people: People, name: str) -> list[str]:
    """Kinds of the notices about pools that this person got, oldest first."""
    found = Notice.objects.filter(user=people.user(name), kind__startswith="client.pool_").order_by("pk")
    return [kind.removeprefix("client.pool_") for kind in found.values_list("kind", flat=True)]


# --- the company -----------------------------------------------------------------------------------------------------


def test_r6_a_pool_is_created_changed_and_archived(people, visitor):
    """By managers and administrators; each name once; what was typed stays after a refusal."""
    me = visitor("manager")
    me.open("/pools/").has("No pools yet")
    made = me.submit("/pools/new/", name="Night crew", description="Work after ten.", visibility="public")
    made.has("Night crew", "Public", "Work after ten.", "No members yet")
    row = Pool.objects.get()
    again = me.submit("/pools/new/", name="night CREW", description="Again", visibility="private", status=422)
    again.has("You have a pool of this name", "Again")
    me.submit(f"/pools/{row.pk}/edit/", name="Late crew", visibility="invite_only").has(
        "Late crew", "Invite only"
    )
    me.submit(f"/pools/{row.pk}/edit/", is_active=False)
    me.open("/pools/").lacks("Late crew")
    me.open("/pools/?show=archived").has("Late crew")
    visitor("stranger").open(f"/my-pools/{row.pk}/", 404)
    kinds = Entry.objects.filter(kind="client.pool_saved")
    assert [entry.facts["is_new"] for entry in kinds.order_by("sequence")] == [True, False, False]


def test_r6_private_is_chosen_once_and_for_all(people, visitor):
    """Its members do not know of it, so it can never be shown to them; nor can a known pool be hidden."""
    for visibility, other in (("private", "public"), ("public", "private")):
        row = pool(people, visibility, f"Pool {visibility}")
        with pytest.raises(Invalid, match="stays private"):
            pools.save_pool(
                people.client.pk, row.pk, actor=people.owner, name=row.name, description="",
                visibility=other, requirements_id=None,
            )  # fmt: skip
        form = visitor("owner").open(f"/pools/{row.pk}/edit/").form_with({"visibility"})
        assert other not in form.controls["visibility"].offers


def test_r6_workers_are_found_ticked_and_invited(people, visitor):
    """They are told, and are members when they accept; the own people and those who are in are not offered."""
    row = pool(people, "invite_only")
    page = visitor("owner").open(f"/pools/{row.pk}/add/?q=stan")
    done = visitor("owner").submit(page, press="Send invitations", workers=[str(people.stranger.pk)])
    done.has("1 worker invited.")
    assert state_of(row, people.stranger) == PoolMemberState.INVITED
    assert heard(people, "stranger") == ["invited"]
    visitor("owner").open(f"/pools/{row.pk}/add/?q=stan").has("No workers match")
    me = visitor("stranger")
    me.open("/my-pools/").has("Night crew", "Acme Retail", "invited")
    me.submit(f"/my-pools/{row.pk}/", press="Accept invitation").has("Member")
    assert (state_of(row, people.stranger), reads.active_members(row.pk)) == ("active", {people.stranger.pk})
    assert reads.pools_of(people.stranger.pk) == {row.pk}
    assert heard(people, "owner") == ["joined"]
    assert take(people, row, people.stranger) == 0


def test_r6_an_invitation_is_declined_or_taken_back(people, visitor):
    """Without a word to the other side; both can be asked again."""
    row = pool(people, "invite_only")
    take(people, row, people.stranger, people.invited)
    visitor("stranger").submit("/my-pools/", press="Decline Night crew").has("You are in no pool yet")
    visitor("stranger").open(f"/my-pools/{row.pk}/", 404)
    visitor("owner").submit(
        f"/pools/{row.pk}/?list=invited", press="Take back the invitation of Ivan Invited"
    )
    assert (state_of(row, people.stranger), state_of(row, people.invited)) == ("declined", "removed")
    assert (heard(people, "stranger"), heard(people, "invited")) == (["invited"], ["invited"])
    visitor("owner").open(f"/pools/{row.pk}/?list=former").has("Stan Stranger", "Ivan Invited")
    assert take(people, row, people.stranger, people.invited) == 2


def test_r6_who_is_taken_out_is_told_and_can_only_be_asked_again(people, visitor):
    """A removed worker cannot join a public pool alone."""
    row = pool(people)
    pools.join_pool(row.pk, actor=people.stranger.user)
    visitor("owner").submit(f"/pools/{row.pk}/", press="Remove Stan Stranger")
    assert heard(people, "stranger") == ["removed"]
    page = visitor("stranger").open(f"/my-pools/{row.pk}/")
    page.has("The company took you out")
    assert "Join this pool" not in page.buttons()
    with pytest.raises(WrongState, match="took you out"):
        pools.join_pool(row.pk, actor=people.stranger.user)
    take(people, row, people.stranger)
    pools.join_pool(row.pk, actor=people.stranger.user)
    assert reads.active_members(row.pk) == {people.stranger.pk}


def test_r6_a_message_reaches_all_members_at_once(people, visitor):
    """Each is told by bell and mail and reads it in the pool; others never do; a doubled click sends one."""
    row = pool(people)
    for name in ("stranger", "applicant"):
        pools.join_pool(row.pk, actor=people.user(name))
    take(people, row, people.invited)
    address = f"/pools/{row.pk}/messages/"
    visitor("owner").submit(address, press="Send to all members", status=422).has("There is a problem")
    for _ in range(2):
        visitor("owner").submit(address, press="Send to all members", text="Free on Friday?")
    assert list(PoolMessage.objects.values_list("text", "told")) == [("Free on Friday?", 2)]
    assert [heard(people, one)[-1] for one in ("stranger", "applicant", "invited")] == [
        "message_posted", "message_posted", "invited",
    ]  # fmt: skip
    visitor("stranger").open(f"/my-pools/{row.pk}/").has("Free on Friday?", "Acme Retail")
    visitor("stranger").open(f"/my-pools/{row.pk}/").lacks("Olivia")
    visitor("invited").open(f"/my-pools/{row.pk}/").lacks("Free on Friday?")
    mail = Message.objects.get(user=people.stranger.user, kind="client.pool_message_posted")
    assert "Free on Friday?" in render(mail).text


@pytest.mark.parametrize("who", ["controller", "user_owner", "view_only"])
def test_r6_colleagues_look_and_managers_change(people, visitor, who):
    """One table of roles, at the buttons and at the door; another company finds nothing."""
    row = pool(people)
    page = visitor(who).open(f"/pools/{row.pk}/")
    page.lacks("/edit/", "/add/")
    with pytest.raises(NotAllowed):
        pools.post_message(people.client.pk, row.pk, actor=people.user(who), text="Hello")
    for path in ("", "edit/", "add/", "messages/"):
        visitor("other_client").open(f"/pools/{row.pk}/{path}", 404)


# --- the worker ------------------------------------------------------------------------------------------------------


def test_r6_a_public_pool_is_found_and_joined(people, visitor):
    """By its words or its company's; leaving is silent, and it can be joined again."""
    row = pool(people)
    pool(people, "invite_only", "By invitation")
    me = visitor("stranger")
    me.open("/my-pools/find/?q=acme ten").has("Night crew")
    me.open("/my-pools/find/?q=screens").has("No pools match")
    me.open("/my-pools/find/").lacks("By invitation")
    me.submit(f"/my-pools/{row.pk}/", press="Join this pool").has("You are in this pool.", "Member")
    me.open("/my-pools/find/").lacks("Night crew")
    with pytest.raises(AlreadyDone):
        pools.join_pool(row.pk, actor=people.stranger.user)
    me.submit(f"/my-pools/{row.pk}/", press="Leave this pool").has("You are in no pool yet")
    assert (state_of(row, people.stranger), heard(people, "owner")) == ("left", ["joined"])
    me.submit(f"/my-pools/{row.pk}/", press="Join this pool")
    visitor("owner").open(f"/pools/{row.pk}/").has("Stan Stranger")


def test_r6_who_lacks_a_requirement_asks_for_an_override(people, visitor, monkeypatch):
    """With a reason that the company reads; it lets in or declines, and the worker is told."""
    wanted = asking(people, met=False, monkeypatch=monkeypatch)
    row = pool(people, requirements_id=wanted.pk)
    me = visitor("stranger")
    page = me.open(f"/my-pools/{row.pk}/")
    assert "Not met" in page.html
    page.has("On time at least 90%", "You do not meet all that it asks.")
    assert (page.links["See why"], "Join this pool" in page.buttons()) == ("/profile/scorecard/", False)
    with pytest.raises(WrongState, match="do not meet"):
        pools.join_pool(row.pk, actor=people.stranger.user)
    ask = f"/my-pools/{row.pk}/request/"
    me.submit(ask, press="Send request", status=422).has("There is a problem")
    refused = me.submit(ask, press="Send request", status=422, reason="Call 518 555 0100.")
    refused.has("“518 555 0100” looks like contact data.")
    me.submit(ask, press="Send request", reason=REASON).has("Override requested")
    assert heard(people, "owner") == ["requested"]
    asked = visitor("owner").open(f"/pools/{row.pk}/?list=requests")
    asked.has(REASON)
    visitor("owner").submit(asked, press="Decline Stan Stranger")
    me.open(f"/my-pools/{row.pk}/").has("The last answer was no.")
    me.submit(ask, press="Send request", reason="I was ill.")
    visitor("owner").submit(f"/pools/{row.pk}/?list=requests", press="Let in Stan Stranger")
    assert (state_of(row, people.stranger), heard(people, "stranger")) == ("active", ["declined", "approved"])
    place = PoolMember.objects.get()
    with pytest.raises(AlreadyDone):
        pools.approve_request(people.client.pk, row.pk, place.pk, actor=people.owner)
    with pytest.raises(Conflict):
        pools.decline_request(people.client.pk, row.pk, place.pk, actor=people.owner)


def test_r6_who_meets_all_joins_at_once(people, visitor, monkeypatch):
    """And has nothing to ask for; what nobody can judge counts as not met."""
    wanted = asking(people, met=True, monkeypatch=monkeypatch)
    row = pool(people, requirements_id=wanted.pk)
    with pytest.raises(WrongState, match="You meet all"):
        pools.request_override(row.pk, actor=people.stranger.user, reason=REASON)
    visitor("stranger").submit(f"/my-pools/{row.pk}/", press="Join this pool").has("Member")
    monkeypatch.setattr(reads, "_judges", [])
    with pytest.raises(WrongState, match="do not meet"):
        pools.join_pool(row.pk, actor=people.applicant.user)


def test_r6_direct_assignment_is_agreed_at_the_pool(people, visitor):
    """Per company, given and taken back by the worker only (decisions.md D21); the company reads who agreed."""
    row = pool(people)
    pools.join_pool(row.pk, actor=people.stranger.user)
    page = visitor("stranger").submit(f"/my-pools/{row.pk}/", press="Agree")
    page.has("You agreed")
    assert page.url == f"/my-pools/{row.pk}/"
    visitor("owner").open(f"/pools/{row.pk}/").has("Agreed to direct assignment")
    visitor("stranger").submit(f"/my-pools/{row.pk}/", press="Take it back").lacks("You agreed")
    visitor("owner").open(f"/pools/{row.pk}/").lacks("Agreed to direct assignment")


def test_r6_a_blocked_pair_has_no_pool_in_common(people, visitor):
    """Neither page nor count nor message; all is as before when the block is lifted."""
    row = pool(people)
    pools.join_pool(row.pk, actor=people.stranger.user)
    blocks.block_worker(people.client.pk, people.stranger.pk, actor=people.owner, reason=BLOCK)
    visitor("stranger").open(f"/my-pools/{row.pk}/", 404)
    visitor("stranger").open("/my-pools/").lacks("Night crew")
    visitor("stranger").open("/my-pools/find/").lacks("Night crew")
    page = visitor("owner").open(f"/pools/{row.pk}/")
    page.has("Members 0")
    page.lacks("Stan Stranger")
    visitor("owner").open("/pools/").lacks("Stan Stranger")
    assert (reads.active_members(row.pk), reads.pools_of(people.stranger.pk)) == (set(), set())
    assert [count for _, count in routing.pools_of_client(people.client.pk)] == [0]
    work = assignment_in(State.SENT, owner=people.owner)
    assert routing.reached(work, Wave(RouteKind.POOL, pool_id=row.pk)) == []
    sent = pools.post_message(people.client.pk, row.pk, actor=people.owner, text="Free?")
    assert (sent.told, take(people, row, people.stranger)) == (0, 0)
    blocks.unblock_worker(people.client.pk, people.stranger.pk, actor=people.owner)
    assert reads.active_members(row.pk) == {people.stranger.pk}
    assert routing.reached(work, Wave(RouteKind.POOL, pool_id=row.pk)) == [people.stranger]


# --- private ---------------------------------------------------------------------------------------------------------


def test_r6_a_private_pool_asks_and_tells_nobody(people, visitor):
    """Workers are members at once; it has no messages, invitations or requests."""
    row = private(people)
    page = visitor("owner").open(f"/pools/{row.pk}/add/?q=stan")
    visitor("owner").submit(page, press="Add to the pool", workers=[str(people.stranger.pk)]).has(
        "1 worker added."
    )
    assert reads.active_members(row.pk) == {people.stranger.pk}
    visitor("owner").open(f"/pools/{row.pk}/messages/", 404)
    with pytest.raises(WrongState):
        pools.post_message(people.client.pk, row.pk, actor=people.owner, text="Hello")
    for run in (pools.join_pool, pools.leave_pool, pools.decline_invitation):
        with pytest.raises(Exception, match=r"^$"):  # Http404, as for a pool that never was
            run(row.pk, actor=people.stranger.user)
    visitor("owner").submit(f"/pools/{row.pk}/", press="Remove Stan Stranger")
    assert heard(people, "stranger") == []


@pytest.mark.one_database
def test_r6_nothing_of_a_private_pool_or_a_block_reaches_any_worker(people, visitor):
    """Marker strings of a private pool and of a block are in no page, mail or notice of theirs."""
    hidden = private(people, people.stranger, people.applicant)
    consent(people.client, people.stranger)
    open_pool = pool(people)
    pools.join_pool(open_pool.pk, actor=people.stranger.user)
    PoolMember.objects.filter(pool=hidden).update(reason=REASON)
    PoolMessage.objects.create(pool=hidden, author=people.owner, text=PRIVATE_WORDS)
    blocks.block_worker(people.client.pk, people.applicant.pk, actor=people.owner, reason=BLOCK)
    secrets = (PRIVATE_NAME, PRIVATE_WORDS, REASON, BLOCK)
    for name in ("stranger", "applicant"):
        me = visitor(name)
        pages = walk(me)
        extra = [f"/my-pools/{hidden.pk}/{path}" for path in ("", "request/")] + [f"/pools/{hidden.pk}/"]
        assert [me.client.get(path).status_code for path in extra] == [404, 404, 404]
        leaks = {url: [s for s in secrets if s in page.html + page.text] for url, page in pages.items()}
        assert {url: found for url, found in leaks.items() if found} == {}
        mails = [render(one) for one in Message.objects.filter(user=people.user(name))]
        told = [f"{mail.subject} {mail.text} {mail.html}" for mail in mails]
        told += [f"{one.title} {one.sentence}" for one in Notice.objects.filter(user=people.user(name))]
        assert [s for s in secrets if any(s in text for text in told)] == []
    paths = (f"/pools/{hidden.pk}/", "/company/blocks/", "/company/history/")
    owner = "".join(visitor("owner").open(path).text for path in paths)
    assert [s for s in (PRIVATE_NAME, PRIVATE_WORDS, BLOCK) if s not in owner] == []
    counted = visitor("stranger").open("/my-pools/").text
    assert counted.count("Member") == 1


def test_r6_a_worker_who_works_for_the_company_sees_none_of_its_pools(people):
    """A person of the company has pools as a colleague, never as a worker."""
    both = WorkerFactory(user=people.manager)
    pool(people)
    assert list(reads.seen_by_worker(both)) == []
    assert list(reads.seen_by_worker(people.stranger).values_list("name", flat=True)) == ["Night crew"]


def test_r6_lists_are_files_too(people, visitor):
    """The pools and the people of one, as CSV: for colleagues, with the rows of the page."""
    row = pool(people)
    pools.join_pool(row.pk, actor=people.stranger.user)
    assert visitor("owner").open("/pools/?format=csv").html.splitlines()[1:] == [
        "Night crew,Public,Work after ten.,1,0"
    ]
    line = visitor("owner").open(f"/pools/{row.pk}/?format=csv").html.splitlines()[1]
    assert line.startswith("Stan Stranger,Albany,NY,Member,") and line.endswith(",,No")
    visitor("other_client").open(f"/pools/{row.pk}/?format=csv", 404)
    visitor("stranger").open("/pools/?format=csv", 404)


@pytest.mark.parametrize("path", ["/pools/", "/pools/{pool}/", "/my-pools/find/"])
def test_r6_lists_cost_the_same_with_many_rows(people, path):
    """One page is a constant number of statements."""
    counts = []
    first = pool(people)
    name = "stranger" if "my-pools" in path else "owner"
    me = Visitor(people.user(name))
    for many in (2, 12):
        for number in range(many):
            pool(people, name=f"Pool {many} {number}")
            pools.join_pool(first.pk, actor=worker(f"Member {many} {number}").user)
        me.open(path.format(pool=first.pk))
        with CaptureQueriesContext(connection) as found:
            me.open(path.format(pool=first.pk))
        counts.append(len(found))
    assert counts[0] == counts[1]
