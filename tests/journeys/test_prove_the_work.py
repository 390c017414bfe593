"""On the phone, on site: photos with hints and progress, a signature, serial numbers; the client's answer."""

import re
from pathlib import Path

import pytest

from assignments.actions.drafting import Asked, Content, Wanted
from assignments.models import CustomValue, Deliverable
from assignments.states import State
from common import clock
from tests.factories import assignment_in
from tests.support.browser import PHONE, Desk, Window
from tests.support.cast import Cast
from tests.support.photos import ALBANY, photo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ASKED = Content(
    wanted=[Wanted("Photos of the rack", "photo", 3, moment="after"), Wanted("Sign-off", "signature")],
    asked=[Asked("Router serials", "serials", group="Routers", count=3)],
)


def kept(folder: Path, name: str, **more: object) -> str:
    """A photo on the phone, as a path."""
    file = folder / name
    file.write_bytes(photo(name, **more).read())
    return str(file)


def draw(window: Window) -> None:
    """Two strokes over the pad."""
    box = window.page.locator("[data-pad]").bounding_box()
    assert box is not None
    mouse = window.page.mouse
    for line in (((0.1, 0.7), (0.4, 0.2)), ((0.4, 0.2), (0.8, 0.8))):
        (x, y), (to_x, to_y) = line
        mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        mouse.down()
        mouse.move(box["x"] + to_x * box["width"], box["y"] + to_y * box["height"], steps=8)
        mouse.up()


def is_wide(window: Window) -> bool:
    return bool(window.page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def test_n11_proof_is_complete_before_the_worker_leaves(windows: Desk, cast: Cast, tmp_path: Path) -> None:
    row = assignment_in(State.IN_PROGRESS, owner=cast.owner, by=cast.worker, content=ASKED)
    rack, sign_off = row.requirements.all()
    (serials,) = row.custom_fields.all()
    phone = windows.window(cast.worker.user, viewport=PHONE).open(f"/assignments/{row.pk}/visit/")
    phone.has("Photos of the rack 0 of 3, 3 missing", "Routers 0 of 3, 3 missing")

    # Photos: what is missing and what looks odd is said while the worker still stands there. Nothing is blocked.
    now = clock.now()
    big = kept(tmp_path, "rack.jpg", taken=now, place=ALBANY, size=(2600, 1950))
    grey = kept(tmp_path, "grey.jpg", taken=now, flat=True, size=(640, 480))
    phone.page.locator("summary", has_text="Photos of the rack").click()
    phone.follow("What is asked, and what is there for Photos of the rack").has("3 of 3 missing")
    phone.page.locator("#id_files").set_input_files([big, grey])
    phone.page.get_by_text(re.compile("rack.jpg, ")).wait_for()
    # Whoever presses before a slow phone is done sends the photo as it came from the camera.
    smaller = "whole => document.querySelector('#id_files').files[0].size < whole"
    phone.page.wait_for_function(smaller, arg=Path(big).stat().st_size)
    phone.press("Add files").has(
        "1 of 3 missing", "Hint: It may be blurred.", "Hint: It is small: 640 pixels"
    )
    first = Deliverable.objects.get(name="rack.jpg")
    # made smaller on the phone, camera data and all
    assert (first.width, first.taken_lat) == (2000, ALBANY[0])
    assert not is_wide(phone)
    assert phone.page.locator(".small-picture img").first.evaluate("one => one.naturalWidth") == 400

    # The signature is drawn with a finger, cleared, drawn again, and kept with its name.
    phone.open(f"/assignments/{row.pk}/deliver/{sign_off.pk}/").fill(
        signer_name="Sam Site", signer_role="Manager"
    )
    draw(phone)
    phone.has("Signed").page.get_by_role("button", name="Clear the drawing").click()
    phone.has("Not signed yet")
    phone.press("Add signature", 422).has("Draw the signature, or tick that it was signed on paper")
    draw(phone)
    assert not is_wide(phone)
    phone.press("Add signature")
    drawn = Deliverable.objects.get(requirement=sign_off)
    assert (drawn.signer_name, drawn.is_drawn) == ("Sam Site", True)

    # Serial numbers, one a line; the page counts along.
    phone.open(f"/assignments/{row.pk}/fields/{serials.group_id}/")
    phone.fill(**{f"custom_{serials.pk}": "SN-1\nSN-2\nsn-1"}).has("3 of 3. SN-1 is there twice")
    phone.press("Save answers", 422).has("sn-1 is in the list twice.")
    phone.fill(**{f"custom_{serials.pk}": "SN-1\nSN-2"}).press("Save answers")
    phone.has("Routers 2 of 3, 1 missing", "Photos of the rack 2 of 3, 1 missing")
    assert CustomValue.objects.get().value.splitlines() == ["SN-1", "SN-2"]

    # The client looks at each: one is accepted for good, one is asked again.
    client = windows.window(cast.owner).open(f"/assignments/{row.pk}/deliverables/")
    client.has("Signed by Sam Site, Manager, on the screen", "Hint: It may be blurred.")
    client.press("Accept rack.jpg").has("Accepted by the client")
    client.follow("Ask again for grey.jpg").fill(reason="All grey.").press("Ask again")
    phone.open(f"/assignments/{row.pk}/deliver/{rack.pk}/").has(
        "2 of 3 missing", "Accepted by the client", "Asked again: All grey."
    )
