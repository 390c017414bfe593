"""In a real browser: the frame of every page holds the strict policy, here on the page for a wrong address."""

import pytest

from tests.support.axe import layout_faults, violations
from tests.support.browser import DESK, PHONE, Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_wrong_address_gets_a_calm_page_under_the_strict_policy(
    windows: Desk, viewport: dict[str, int], theme: str
) -> None:
    visitor = windows.window(viewport=viewport, theme=theme).open("/nothing-here/", status=404)

    assert visitor.h1
    assert layout_faults(visitor.page, viewport["width"]) == []
    assert violations(visitor.page) == []
