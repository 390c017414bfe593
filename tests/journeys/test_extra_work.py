"""Extra work on site: one tap on the phone, answered from the mail in a browser that is signed in nowhere (N3)."""

import re

import pytest

from assignments.models import Amendment, ChangeOrder
from assignments.states import State
from tests.factories import assignment_in
from tests.support.answers import link_in_mail
from tests.support.browser import PHONE, Desk, Window, until
from tests.support.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
SMALL = """() => [...document.querySelectorAll("main .btn")].filter(one => one.offsetParent
  && one.getBoundingClientRect().height < 44).map(one => one.innerText)"""


def fits(window: Window) -> None:
    """No sideways scroll, and every button large enough for a thumb."""
    assert (window.page.evaluate(WIDER), window.page.evaluate(SMALL)) == (False, []), window.path


def test_n3_extra_work_is_ordered_on_the_phone_and_answered_from_the_mail(windows: Desk, cast: Cast) -> None:
    row = assignment_in(State.IN_PROGRESS, owner=cast.owner, by=cast.worker)

    # The worker taps "Extra work" on site; the new pay follows what is typed.
    phone = windows.window(cast.worker.user, viewport=PHONE).open(f"/assignments/{row.pk}/visit/")
    fits(phone)
    phone.has("If the client does not answer extra work within 2 h, it is declined.").follow("Extra work")
    phone.fill(what="Mount a second patch panel", amount="50.00")
    until(lambda: "You receive at most then" in phone.text, phone)
    phone.has("$400.00").lacks("$440.00")
    fits(phone)
    phone.press("Send order")
    phone.has("$50.00 more", "Mount a second patch panel", "it is declined as agreed beforehand")
    fits(phone)

    # The link in the mail opens in any browser, shows the client's new total, and needs no account.
    path = link_in_mail(cast.owner.email)
    client = windows.window(viewport=PHONE).open(path)
    client.has("Mount a second patch panel", "$385.00", "$440.00", "Nothing is answered until you press")
    fits(client)
    client.press("Approve $50.00")
    client.has("The extra work is approved", "Olivia Owner approved it")
    fits(client)
    assert {one["name"] for one in client.page.context.cookies()} == {"csrftoken"}
    order = ChangeOrder.objects.get()
    assert (order.state, order.answered_by, order.decided_by) == ("approved", "link", cast.owner)

    # The worker's page says so, and both read it in their agreement.
    phone.open(f"/assignments/{row.pk}/visit/").has("Approved by Olivia Owner from the mail")
    number = Amendment.objects.get().number
    for window in (phone, windows.window(cast.owner)):
        window.open(f"/assignments/{row.pk}/sheet/")
        part = window.page.get_by_role("region", name=f"Amendment {number}: Extra work")
        words = " ".join(part.inner_text().split())
        assert re.search(r"Proposed by Wanda Worker. Accepted by Olivia Owner.", words)
        assert "Extra work: Mount a second patch panel" in words
        assert "$400.00" in words

    # Pressed again, the link says what happened and does nothing.
    again = windows.window().open(path)
    again.has("The extra work is approved", "Sign in")
    assert again.page.locator("main form").count() == 0
