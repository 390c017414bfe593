"""A worker finds a public pool on the phone, joins it and reads what its company writes; of the private pool that the
worker is in as well, no page says a word (issue 3, point 6)."""

import pytest

from clients.models import Pool, PoolMember, PoolMessage
from tests.support.axe import layout_faults
from tests.support.browser import PHONE, Desk
from tests.support.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECRETS = ("Marker A-team", "Call these first")
"""Name and description of the private pool."""
TEXT = "Who is free on Friday night?"
EVERY_PAGE = (
    "/",
    "/my-pools/",
    "/my-pools/find/",
    "/my-pools/find/?q=Marker",
    "/notifications/",
    "/find-work/",
    "/work/",
    "/profile/",
)


def test_r6_a_worker_joins_a_public_pool_and_never_learns_of_the_private_one(
    windows: Desk, cast: Cast
) -> None:
    # The client makes two pools: a private one, with the worker in it, and a public one.
    client = windows.window(cast.owner).open("/pools/").follow("Create pool")
    client.fill(name=SECRETS[0], description=SECRETS[1], visibility="private").press("Save pool")
    client.follow("Add workers").fill(q="Wanda").press("Find workers")
    client.page.get_by_label("Wanda Worker").check()
    client.press("Add to the pool").has("1 worker added.", "Wanda Worker")
    client.open("/pools/new/")
    client.fill(name="Night crew", description="Work after ten.", visibility="public").press("Save pool")
    client.has("Night crew", "Public", "No members yet")
    night, hidden = Pool.objects.get(name="Night crew"), Pool.objects.get(name=SECRETS[0])

    # The worker finds the public one by its words, alone in the list, and joins.
    phone = windows.window(cast.worker.user, viewport=PHONE).open("/my-pools/")
    phone.has("You are in no pool yet").lacks(*SECRETS).follow("Find pools")
    phone.fill(q="after ten").press("Search").lacks(*SECRETS)
    assert phone.page.locator("main h3").all_inner_texts() == ["Night crew"]
    assert layout_faults(phone.page, PHONE["width"]) == []
    phone.follow("Night crew").has("Acme Retail", "Work after ten.").lacks(*SECRETS)
    phone.press("Join this pool").has("You are in this pool.", "Member", "No messages yet").lacks(*SECRETS)
    assert layout_faults(phone.page, PHONE["width"]) == []

    # The client's message is told at the bell, which leads to the pool where it can be read.
    client.open(f"/pools/{night.pk}/").has("Wanda Worker").follow("Messages")
    client.fill(text=TEXT).press("Send to all members").has(TEXT, "told 1 member")
    phone.open("/notifications/").has("Acme Retail").lacks(*SECRETS)
    phone.press("Open : Acme Retail wrote to the pool Night crew").has(TEXT, "Acme Retail").lacks(*SECRETS)
    assert phone.path == f"/my-pools/{night.pk}/"

    # Who is in no pool reads no message; and nowhere does the worker read of the private one.
    rival = windows.window(cast.rival.user).open(f"/my-pools/{night.pk}/").lacks(TEXT, *SECRETS)
    rival.has("Join this pool")
    for path in EVERY_PAGE:
        phone.open(path).lacks(*SECRETS)
    for path in (f"/my-pools/{hidden.pk}/", f"/pools/{hidden.pk}/"):
        phone.open(path, 404).lacks(*SECRETS)
    phone.open("/my-pools/")
    assert phone.page.locator("main h3").all_inner_texts() == ["Night crew"]

    # Both memberships are real, and the message is in the public pool only.
    assert set(PoolMember.objects.values_list("pool", "worker", "state")) == {
        (hidden.pk, cast.worker.pk, "active"),
        (night.pk, cast.worker.pk, "active"),
    }
    assert list(PoolMessage.objects.values_list("pool", "text", "told")) == [(night.pk, TEXT, 1)]
