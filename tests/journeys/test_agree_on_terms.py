"""What both sides agree on: read before applying, written when assigning, amended later, and fit to print (issue 3,
point 10)."""

import re
from pathlib import Path

import pytest

from assignments.models import AgreementSheet, Amendment
from assignments.states import State
from clients.models import Client
from tests.factories import assignment_in
from tests.support.browser import PHONE, Desk, Window
from tests.support.cast import Cast
from tests.support.pdf import words

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sums(window: Window) -> list[list[str]]:
    """Each line of the pay promise's sums: label, its note, the money."""
    lines = window.page.get_by_role("region", name="Pay promise").locator("dl.kv > div")
    return [re.split(r"\s*\n\s*", text) for text in lines.all_inner_texts()]


def changed(window: Window, amendment: str) -> dict[str, list[str]]:
    """What that amendment changes: the words that go and the words that come, of each line."""
    part = window.page.get_by_role("region", name=f"Amendment {amendment}: Budget increase")
    found = {}
    for line in part.locator("dl > div").all():
        pieces = line.locator("del, ins").all_inner_texts()
        found[line.locator("dt").inner_text()] = [" ".join(piece.split()) for piece in pieces]
    return found


def to_press(window: Window) -> list[str]:
    """What is visible of the page's bars, navigation and buttons."""
    parts = window.page.locator("nav, header.top, .btn")
    return [one.inner_text() for one in parts.all() if one.is_visible()]


def test_n2_terms_are_read_agreed_amended_and_printed(windows: Desk, cast: Cast) -> None:
    Client.objects.filter(pk=cast.client.pk).update(auto_approve_days=5)
    row = assignment_in(State.SENT, owner=cast.owner, fastfunds_eligible=True, terms_days=15)

    # Before applying the worker reads every fee in money, and what silence means; never the client's fee.
    phone = windows.window(cast.worker.user, viewport=PHONE).open(f"/assignments/{row.pk}/apply/")
    phone.follow(re.compile("^On one page"))
    assert phone.h1 == "Who pays what, and when"
    assert sums(phone) == [
        ["Pay at most", "$350.00"],
        ["Fee for you", "Onsite takes nothing from your pay", "$0.00"],
        ["You receive at most", "$350.00"],
        ["FastFunds fee, only if you ask for it", "Never refunded", "$26.25"],
        ["You receive at most by FastFunds", "$323.75"],
    ]
    phone.has("If the client does not answer for 5 days after submitting, the work is approved by itself.")
    phone.lacks("Platform fee", "$35.00", "$385.00")
    phone.open(f"/assignments/{row.pk}/apply/").follow("counteroffer")
    phone.fill(price_minor="400.00", reason="Two floors.").press("Send counteroffer")

    # The client assigns on the page that says the same of the offered terms, in the client's own sums.
    client = windows.window(cast.owner).open(f"/assignments/{row.pk}/applications/")
    client.follow("Review Wanda Worker").follow("Assign")
    assert sums(client) == [
        ["Pay at most", "$400.00"],
        ["Platform fee", "10 % of what the worker gets", "$40.00"],
        ["You pay at most", "Only for approved work", "$440.00"],
    ]
    client.lacks("FastFunds fee", "$30.00").has("If the client does not answer for 5 days")
    client.press("Assign Wanda Worker")

    # Both have the numbered sheet with its hash, each with the own money.
    sheet = AgreementSheet.objects.get()
    number = f"{row.number}/1"
    for window, own, others in ((phone, "$30.00", "$440.00"), (client, "$440.00", "$30.00")):
        window.open(f"/assignments/{row.pk}/").follow("Agreement")
        assert window.h1 == f"Agreement {number}"
        window.has("Matches its hash", sheet.sha256, "$400.00", own, "for 5 days after submitting")
        window.lacks(others)

    # A change that both accept is an amendment with old and new; the first words stay to be read.
    phone.open(f"/assignments/{row.pk}/request/increase/").fill(amount="50.00", reason="A third switch.")
    phone.press("Send request")
    client.open(f"/assignments/{row.pk}/").follow("Decide")
    client.follow("Approve Budget increase").press("Approve $50.00")
    amendment = Amendment.objects.get()
    pay = ["removed: $400.00", "added: $450.00"]
    shared = {"Price": pay, "Pay at most": pay, "Worker receives at most": pay}
    workers = {"FastFunds fee, if asked for": ["removed: $30.00", "added: $33.75"]}
    clients = {
        "Platform fee, on top": ["removed: $40.00", "added: $45.00"],
        "Client pays at most": ["removed: $440.00", "added: $495.00"],
    }
    for window, sums_changed in ((phone, workers), (client, clients)):
        window.open(f"/assignments/{row.pk}/sheet/").has("1 amendment", sheet.sha256, amendment.sha256)
        window.has("Proposed by Wanda Worker. Accepted by Olivia Owner.")
        assert changed(window, f"{number}.1") == {**shared, **sums_changed}
    phone.lacks("$440.00", "$495.00").follow(number).has("An older version")
    price = phone.page.get_by_role("region", name="Price and fees").inner_text()
    assert ("$400.00" in price, "$450.00" in price) == (True, False)

    # On paper there is the agreement and nothing to press.
    for window in (phone, client):
        window.open(f"/assignments/{row.pk}/sheet/")
        assert to_press(window) != []
        window.page.emulate_media(media="print")
        assert to_press(window) == []
        window.has(f"Agreement {number}.1", sheet.sha256, "Swap both switches and label the cables.")
        window.page.emulate_media(media="screen")
        with window.page.expect_download() as caught:
            window.find("link", "PDF").click()
        paper = " ".join(words(Path(caught.value.path()).read_bytes()).split())
        assert (f"{number}.1" in paper, "$450.00" in paper) == (True, True)
