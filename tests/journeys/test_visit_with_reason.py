"""On a phone: checking in with the position and without, the reason, and the code of the site contact."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from assignments.models import CheckIn
from assignments.states import State
from common import clock
from tests.factories import assignment_in
from tests.support.browser import PHONE, Desk, Window
from tests.support.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FAR_AWAY = (42.70, -73.90)
SITE = {"name": "Store 12", "street": "12 State Street", "lat": 42.6512, "lon": -73.7549}


def fits(window: Window) -> bool:
    """Nothing makes the page scroll sideways."""
    return bool(window.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_w2_positions_reasons_and_a_code(windows: Desk, cast: Cast) -> None:
    start = clock.now() - timedelta(minutes=5)
    row = assignment_in(State.ASSIGNED, owner=cast.owner, by=cast.worker, start_at=start, site=SITE)
    visit_page, details = f"/assignments/{row.pk}/visit/", f"/assignments/{row.pk}/details/"
    client = windows.window(cast.owner)

    # Allowed, and far away: it counts at once; the reason is asked afterwards and never forced.
    phone = windows.window(cast.worker.user, viewport=PHONE, place=FAR_AWAY).open(visit_page)
    phone.press("Check in").has("In Progress", "Your position was far from the site.", "You need not.")
    assert fits(phone)
    phone.follow("say why")
    phone.fill(in_why="Picked up the parts first.").press("Save reason")
    phone.has("Reason: Picked up the parts first.")
    assert fits(phone)
    client.open(details).has("km from the site", "Reason: Picked up the parts first.")
    phone.press("Check out")

    # Denied: it works the same, and both sides read that it is missing.
    shy = windows.window(cast.worker.user, viewport=PHONE).open(visit_page)
    shy.press("Check in again").has("Your position was not sent.")
    client.open(details).has("Check-in: location not given")
    shy.press("Check out")

    # Without a phone: the client's QR code, the contact's page on the contact's phone, the code typed in later.
    client.open(f"/assignments/{row.pk}/").more("Link for the site contact")
    client.press("Make the link")
    drawing = client.page.get_by_role("img", name="QR code of the link").locator("svg")
    box = drawing.bounding_box()
    assert box is not None and box["width"] > 150
    path = urlsplit(client.page.locator("#site-link").input_value()).path
    contact = windows.window(viewport=PHONE, theme="dark").open(path)
    contact.has("Store 12", row.number).lacks("Wanda Worker", "Acme Retail", row.title)
    contact.press("Wanda is here now: give a code")
    assert fits(contact)
    (code,) = re.findall(r"\b\d{3} \d{3}\b", contact.text)
    shy.open(visit_page).follow("I have a code from the site contact")
    shy.fill(code=code).press("Check in").has("confirmed by the site contact")
    client.open(details).has("Check-in: confirmed by the site contact")
    sources = list(CheckIn.objects.order_by("pk").values_list("in_source", flat=True))
    assert sources == ["worker", "worker", "contact"]
