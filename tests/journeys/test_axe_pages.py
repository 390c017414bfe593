"""Whole pages as people get them: in light and dark, at a desk and on a phone, with long names and without anything.

Each page: no finding of axe, no sideways scroll, targets of 44 px on a phone, no complaint of the browser.
The short form looks at the main pages, the long form at all.
"""

from typing import Final

import pytest

from accounts.models import User
from tests.journeys.scene import Scene, build
from tests.support.axe import layout_faults, violations
from tests.support.browser import DESK, PHONE, Desk, Window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS: Final = ((DESK, "light"), (DESK, "dark"), (PHONE, "dark"), (PHONE, "light"))
MAIN: Final[dict[str, tuple[str, ...]]] = {
    "client": (
        "/",
        "/assignments/",
        "/assignments/new/",
        "/assignments/{sent}/applications/",
        "/assignments/{pending_approval}/",
        "/assignments/{pending_approval}/approve/",
        "/payments/",
    ),
    "worker": (
        "/",
        "/find-work/",
        "/assignments/{sent}/counteroffer/",
        "/assignments/{in_progress}/visit/",
        "/payments/",
    ),
    "newcomer": ("/", "/assignments/"),
    "beginner": ("/", "/find-work/"),
    "visitor": ("/", "/accounts/login/"),
}
ALL: Final[dict[str, tuple[str, ...]]] = {
    "client": (
        *(f"/assignments/{{{state}}}/" for state in (
            "draft", "sent", "assigned", "in_progress", "on_hold", "approved", "paid", "cancelled",
        )),
        "/assignments/?view=board",
        "/assignments/{draft}/edit/",
        "/assignments/{draft}/send/",
        "/assignments/{sent}/invite/",
        "/assignments/bulk/?act=route&row={draft}",
        "/assignments/{offered}/",
        "/assignments/{sent}/questions/",
        "/assignments/{sent}/assign-directly/",
        "/assignments/{sent}/applications/{offer}/",
        "/assignments/{sent}/applications/{offer}/assign/",
        "/assignments/{sent}/applications/{offer}/decline/",
        "/assignments/{assigned}/hold/",
        "/assignments/{assigned}/unassign/",
        "/assignments/{assigned}/edit-site/",
        "/assignments/{assigned}/attach/",
        "/assignments/{in_progress}/details/",
        "/assignments/{in_progress}/messages/",
        "/assignments/{in_progress}/deliverables/",
        "/assignments/{in_progress}/requests/",
        "/assignments/{in_progress}/history/",
        "/assignments/{in_progress}/add-money/",
        "/assignments/{in_progress}/reschedule/",
        "/assignments/{on_hold}/remove-hold/",
        "/assignments/{pending_approval}/send-back/",
        "/assignments/{pending_approval}/rate-worker/",
        "/assignments/{assigned}/cancel/",
        "/payments/pay/?invoice={invoice}",
        "/payments/invoices/?show=all",
        "/payments/invoices/{invoice_number}/",
        "/payments/ledger/",
        "/payments/funds/",
        "/payments/reports/",
        "/payments/reports/work/",
        "/assignments/{approved}/proof/",
        "/assignments/{approved}/stop-payment/",
        "/assignments/{pending_approval}/dispute/",
        "/assignments/{disputed}/",
        "/assignments/{disputed}/dispute/",
        "/messages/",
        "/workers/",
        "/pools/",
        "/pools/new/",
        "/company/blocks/",
        "/vendors/",
        "/workers/{worker}/",
        "/company/",
        "/company/history/",
        "/company/requirements/",
        "/company/requirements/new/",
        "/company/agreements/new/",
        "/company/tests/new/",
        "/assignments/{sent}/override/",
        "/team/",
        "/customers/",
        "/customers/new/",
        "/locations/",
        "/locations/new/",
        "/notifications/",
        "/notifications/preferences/",
        "/profile/",
        "/profile/data/",
        "/profile/data/erase/",
        "/accounts/sessions/",
        "/accounts/email/",
        "/accounts/password/change/",
    ),
    "worker": (
        *(f"/assignments/{{{state}}}/" for state in (
            "sent", "assigned", "in_progress", "on_hold", "pending_approval", "approved", "paid",
        )),
        "/assignments/{sent}/apply/",
        "/assignments/{offered}/accept/",
        "/assignments/{sent}/ask/",
        "/my-pools/",
        "/my-pools/find/",
        "/profile/blocks/",
        "/vendor/",
        "/vendor/new/",
        "/profile/evidence/",
        "/profile/evidence/add/",
        "/assignments/{sent}/withdraw/",
        "/assignments/{assigned}/visit/",
        "/assignments/{assigned}/confirm/",
        "/assignments/{assigned}/back-out/",
        "/assignments/{in_progress}/deliver/{wanted}/",
        "/assignments/{in_progress}/fields/",
        "/assignments/{in_progress}/submit/",
        "/assignments/{in_progress}/request/increase/",
        "/assignments/{in_progress}/request/bonus/",
        "/assignments/{in_progress}/messages/",
        "/assignments/{in_progress}/deliverables/",
        "/assignments/{in_progress}/requests/",
        "/assignments/{approved}/rate-client/",
        "/payments/?show=paid",
        "/payments/balance/",
        "/payments/reports/",
        "/assignments/{approved}/proof/",
        "/payments/withdraw/",
        "/payments/accounts/",
        "/payments/auto-withdraw/",
        "/payments/tax/",
        "/payments/tax/2026/",
        "/payments/invoices/{invoice_number}/",
        "/assignments/{approved}/fastfunds/",
        "/assignments/{approved}/escalate/",
        "/assignments/{disputed}/dispute/",
        "/work/",
        "/work/?stage=cancelled",
        "/schedule/",
        "/messages/",
        "/notifications/",
        "/profile/",
        "/profile/work/",
        "/profile/hours/",
        "/profile/consents/",
    ),
    "newcomer": (
        "/assignments/new/", "/workers/", "/team/", "/customers/", "/locations/", "/messages/", "/notifications/",
        "/payments/", "/payments/reports/", "/payments/reports/work/",
    ),
    "beginner": (
        "/payments/reports/",
        "/work/", "/work/?stage=applied", "/schedule/", "/messages/", "/notifications/", "/payments/",
        "/profile/work/",
    ),
    "staff": ("/styleguide/", "/payments/reports/platform/"),
    "visitor": (
        "/verify/", f"/verify/?sha256={64 * '0'}", "/accounts/signup/", "/accounts/password/reset/", "/nothing/",
    ),
}  # fmt: skip


@pytest.mark.parametrize("persona", MAIN)
def test_main_pages(windows: Desk, transactional_db: None, persona: str) -> None:
    look_at(windows, build(), persona, MAIN[persona])


@pytest.mark.slow
@pytest.mark.parametrize("persona", ALL)
def test_all_pages(windows: Desk, transactional_db: None, persona: str) -> None:
    look_at(windows, build(), persona, ALL[persona])


def look_at(windows: Desk, scene: Scene, persona: str, templates: tuple[str, ...]) -> None:
    """Every page in every look; all faults at once, in the order of the list."""
    window = windows.window(account(scene, persona))
    faults: list[str] = []
    for template in templates:
        path = scene.path(template)
        answer = window.page.goto(f"{window.base_url}{path}")
        expected = 404 if template == "/nothing/" else 200
        if answer is None or answer.status != expected:
            faults.append(f"{template}: answered {answer and answer.status}")
            continue
        faults += [f"{template} {fault}" for fault in faults_of(window)]
    assert faults == [], "\n" + "\n".join(faults)


def faults_of(window: Window) -> list[str]:
    """Of the page that is open, in four looks without loading it again."""
    found: list[str] = []
    if window.page.locator("h1").count() != 1:
        found.append("has not one h1")
    for viewport, theme in LOOKS:
        window.page.set_viewport_size(viewport)  # type: ignore[arg-type]
        window.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        faults = violations(window.page) + layout_faults(window.page, viewport["width"])
        found += [f"({theme}, {viewport['width']}): {fault}" for fault in faults]
    return found


def account(scene: Scene, persona: str) -> User | None:
    people = {
        "client": scene.owner,
        "worker": scene.worker.user,
        "newcomer": scene.newcomer,
        "beginner": scene.beginner.user,
        "staff": scene.staff,
    }
    return people.get(persona)
