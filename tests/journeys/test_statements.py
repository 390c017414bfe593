"""Three invoices become one statement: chosen, bundled, printed, paid as one, with each result; on a phone too."""

import pytest
from playwright.sync_api import Page

from assignments.states import State
from ledger.audit import audit
from payments.models import Invoice, PaymentRun, Statement
from tests.factories import assignment_in
from tests.support.axe import layout_faults, violations
from tests.support.browser import PHONE, Desk, Window
from tests.support.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sound(window: Window, width: int = 1280) -> None:
    """The page has no finding of axe and fits its width."""
    assert violations(window.page) == []
    assert layout_faults(window.page, width) == []


def choose(page: Page, numbers: list[str]) -> None:
    for invoice in Invoice.objects.filter(number__in=numbers):
        page.locator(f"main [name=invoice][value='{invoice.pk}']").check()


def test_three_invoices_are_bundled_printed_and_paid_as_one(windows: Desk, cast: Cast) -> None:
    for title in ("Hang the signs", "Replace two switches", "Label the cables"):
        assignment_in(State.APPROVED, owner=cast.owner, by=cast.worker, title=title)
    numbers = list(Invoice.objects.order_by("pk").values_list("number", flat=True))
    client = windows.window(cast.owner).open("/payments/")

    # Chosen by their boxes; the bar counts; the check page says what it means before anything happens.
    choose(client.page, numbers)
    client.has("3 selected, $1,155.00").press("Bundle").has("Check the statement", "can no longer be stopped")
    sound(client)
    client.press("Bundle 3 invoices, $1,155.00").has("Statement ST-000001", "Left to pay $1,155.00", *numbers)
    sound(client)

    # The page for paper: the button opens the print window, and what is printed has no buttons.
    client.follow("Print").has("Statement ST-000001", "Left to pay $1,155.00")
    client.page.evaluate("() => { window.printed = 0; window.print = () => { window.printed += 1; }; }")
    client.page.get_by_role("button", name="Print").click()
    assert client.page.evaluate("window.printed") == 1
    client.page.emulate_media(media="print")
    assert not client.page.locator("main .btn:visible").count()
    assert client.page.locator("main table").is_visible()
    client.page.emulate_media(media="screen")

    # Paid as one, with a result for each invoice.
    client.open("/payments/statements/ST-000001/").follow("Pay $1,155.00").has("statement ST-000001")
    client.press("Pay 3 invoices, $1,155.00").has("Paid: $1,155.00", "for statement ST-000001", *numbers)
    sound(client)
    assert PaymentRun.objects.get().statement == Statement.objects.get(state="paid")
    client.open("/payments/statements/").has("ST-000001", "Paid", "$0.00")
    assert audit() == []


def test_the_same_on_a_phone(windows: Desk, cast: Cast) -> None:
    for title in ("Hang the signs", "Replace two switches"):
        assignment_in(State.APPROVED, owner=cast.owner, by=cast.worker, title=title)
    phone = windows.window(cast.owner, viewport=PHONE).open("/payments/")
    choose(phone.page, list(Invoice.objects.values_list("number", flat=True)))
    sound(phone, PHONE["width"])
    phone.press("Bundle")
    sound(phone, PHONE["width"])
    phone.press("Bundle 2 invoices, $770.00")
    for path in ("statements/ST-000001/", "statements/ST-000001/print/", "statements/", "funds/statement/"):
        phone.open(f"/payments/{path}").has("$770.00")
        sound(phone, PHONE["width"])
    phone.open("/payments/statements/ST-000001/").follow("Pay $770.00").press("Pay 2 invoices, $770.00")
    phone.has("Paid: $770.00")
