"""Find Work on the phone: filters in the address, words, hiding, saving, a saved search (issue 3, point 2)."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from assignments.actions.drafting import Content
from assignments.models import Assignment, MarkKind, SavedSearch, WorkerMark
from assignments.states import State
from common import clock
from tests.factories import assignment_in
from tests.support.axe import layout_faults
from tests.support.browser import PHONE, Desk, Window
from tests.support.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CABLING = Content(skills=["Cabling"])


def sent(cast: Cast, title: str, days: int, price: int, lat: float = 42.66, **more: Any) -> Assignment:
    """Open work a few miles from both workers' homes."""
    return assignment_in(
        State.SENT, owner=cast.owner, title=title, price_minor=price, site={"lat": lat, "lon": -73.75},
        start_at=clock.now() + timedelta(days=days), **more,
    )  # fmt: skip


def titles(window: Window) -> list[str]:
    """What the list shows, in its order."""
    return window.page.locator("li.offer h2 a").all_inner_texts()


def asked(window: Window) -> dict[str, str]:
    """What the address asks for."""
    return {name: values[0] for name, values in parse_qs(urlsplit(window.page.url).query).items()}


def test_r2_a_worker_filters_hides_saves_and_keeps_the_search(windows: Desk, cast: Cast) -> None:
    wire = sent(cast, "Wire rack", 2, 40_000, content=CABLING, description="Two runs to the basement.")
    patch = sent(cast, "Patch panel", 3, 30_000, lat=42.70, content=CABLING)
    sent(cast, "Label ports", 4, 10_000, content=CABLING)  # pays less
    sent(cast, "Hang screen", 5, 50_000)  # asks no cabling
    sent(cast, "Far mast", 6, 90_000, lat=40.75, content=CABLING)  # out of the worker's radius
    near = ["Wire rack", "Patch panel", "Label ports", "Hang screen"]

    phone = windows.window(cast.worker.user, viewport=PHONE).open("/find-work/")
    assert titles(phone) == near
    assert layout_faults(phone.page, PHONE["width"]) == []

    # Pay and skill leave two; the address says so, and a reload and a fresh visit of it show the same.
    phone.page.locator("summary").filter(has_text="More filters").click()
    phone.fill(pay="300", skill="cabling").press("Show work").has("At least $300.00", "Skill: cabling")
    assert titles(phone) == ["Wire rack", "Patch panel"]
    assert (asked(phone)["pay"], asked(phone)["skill"]) == ("300", "cabling")
    assert layout_faults(phone.page, PHONE["width"]) == []
    phone.page.reload()
    assert titles(phone) == ["Wire rack", "Patch panel"]
    assert phone.page.get_by_label("Pay at least").input_value() == "300"
    other = windows.window(cast.rival.user).open(phone.page.url.removeprefix(phone.base_url))
    assert titles(other) == ["Wire rack", "Patch panel"]

    # Every card has its number on the map, and the pin leads to its card.
    pins = phone.page.locator("a.pin-link")
    assert [pin.get_attribute("aria-label") for pin in pins.all()] == [
        "1: Wire rack, Albany",
        "2: Patch panel, Albany",
    ]
    assert [pin.get_attribute("href") for pin in pins.all()] == [f"#a-{wire.pk}", f"#a-{patch.pk}"]
    assert phone.page.locator("li.offer").evaluate_all("all => all.map(one => one.id)") == [
        f"a-{wire.pk}",
        f"a-{patch.pk}",
    ]

    # One is saved, one is hidden: that one leaves the list, which stays as it was asked.
    phone.press(f"Save {wire.number}").has("Saved. It stands under Saved now.")
    phone.press(f"Hide {patch.number}").has("Hidden. You find it under Hidden")
    assert (titles(phone), asked(phone)["pay"]) == (["Wire rack"], "300")
    assert titles(other.open("/find-work/")) == near

    # The search is saved and found again among the searches.
    phone.follow("Save this search").has("At least $300.00, Skill: cabling")
    phone.fill(name="Well paid cabling").press("Save search").has("Well paid cabling", "Every day at 7:00 AM")
    assert layout_faults(phone.page, PHONE["width"]) == []
    assert titles(phone.follow("Well paid cabling")) == ["Wire rack"]
    assert SavedSearch.objects.get().worker == cast.worker

    # Words look through the description too; without filters only the hidden one is missing.
    phone.follow("Clear filters")
    assert titles(phone) == ["Wire rack", "Label ports", "Hang screen"]
    assert titles(phone.fill(q="basement runs").press("Show work")) == ["Wire rack"]
    assert titles(phone.follow("Saved")) == ["Wire rack"]
    assert titles(phone.follow("Hidden")) == ["Patch panel"]
    assert layout_faults(phone.page, PHONE["width"]) == []
    assert set(WorkerMark.objects.values_list("worker", "assignment", "kind")) == {
        (cast.worker.pk, wire.pk, MarkKind.SAVED),
        (cast.worker.pk, patch.pk, MarkKind.HIDDEN),
    }
