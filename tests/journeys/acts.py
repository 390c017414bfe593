"""The acts that several stories have in common, each by the pages that people use."""

import re
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from PIL import Image

from accounts.models import User
from assignments.models import Assignment, DeliverableRequirement
from payments.models import Invoice
from tests.factories import PASSWORD
from tests.support.browser import Window
from tests.support.cast import ZONE, day_of, soon, time_of

TITLE = "Replace two access points"
STREET = "12 State Street"
AT_SITE = (42.6512, -73.7550)
"""Latitude and longitude of a phone in the middle of Albany."""


def sign_in(window: Window, user: User, path: str = "/accounts/login/") -> None:
    """By the real form, at the page that asks for it; the address is confirmed already."""
    EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    window.open(path).fill(login=user.email, password=PASSWORD).press("Sign in")
    assert window.path != "/accounts/login/"


def photo(folder: Path, name: str, color: str) -> Path:
    """A real picture of 640 x 480 in one colour."""
    path = folder / f"{name}.jpg"
    Image.new("RGB", (640, 480), color).save(path, "JPEG")
    return path


def draft_values(**other: Any) -> dict[str, Any]:
    """What the client types for work that starts in three hours and asks photos and one answer."""
    start = soon(hours=3)
    return {
        "title": TITLE,
        "industry": "Networking and cabling",
        "description": "Swap both access points and label the cables.",
        "special_instructions": "Ask for the key of the rack.",
        "street": STREET,
        "city": "Albany",
        "region": "NY",
        "postcode": "12207",
        "time_zone": ZONE,
        "contact_name": "Sam Site",
        "contact_phone": "+1 518 555 0100",
        "start_date": day_of(start),
        "start_time": time_of(start),
        "confirm_hours": "2",
        "price": "350.00",
        "terms_days": "15",
        "wanted-0-title": "Photos of both",
        "wanted-0-kind": DeliverableRequirement.Kind.PHOTO,
        "wanted-0-count": "2",
        "asked-0-label": "Serial number",
        **other,
    }


def create(client: Window, **other: Any) -> Assignment:
    """The client fills in the form and presses Check and send: the draft is saved and its check page is shown."""
    client.open("/assignments/new/").fill(**draft_values(**other))
    client.press("Check and send")
    assert client.h1 == "Check and send"
    return Assignment.objects.latest("pk")


def check_in(phone: Window, row: Assignment) -> None:
    """From the page for the visit, with the phone's position if it gives one."""
    phone.open(f"/assignments/{row.pk}/visit/").press("Check in")


def fill_fields(phone: Window, row: Assignment, text: str = "SN-4711") -> None:
    """Answer the client's one question."""
    field = row.custom_fields.get()
    phone.open(f"/assignments/{row.pk}/fields/").fill(**{f"custom_{field.pk}": text}).press("Save answers")


def approve(client: Window, row: Assignment, total: str) -> None:
    """From the assignment's page, over the check page with that total, fee included."""
    client.open(f"/assignments/{row.pk}/").follow("Review and approve").has(total)
    client.press(re.compile(rf"^Approve {re.escape(total)}, due "))


def pay(client: Window, invoice: Invoice) -> None:
    """Choose it in the Payment Center, read the check page, pay."""
    client.open("/payments/").page.locator(f"main [name=invoice][value='{invoice.pk}']").check()
    client.press("Check the payment").press(f"Pay {invoice.total}")
