"""The watch over every story is awake: what a browser would complain about is heard."""

import pytest

from tests.support.axe import layout_faults, violations
from tests.support.browser import PHONE, Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BREACHES = {
    "policy: style": "document.body.append(Object.assign(document.createElement('style'), { textContent: 'p{}' }))",
    "policy: connect": "fetch('http://127.0.0.1:9/').catch(() => null)",
    "script: broken": "setTimeout(() => { throw new Error('broken') })",
}


@pytest.mark.parametrize("what", BREACHES)
def test_a_breach_is_heard(windows: Desk, what: str) -> None:
    visitor = windows.window().open("/accounts/login/")
    assert visitor.complaints == []

    visitor.page.evaluate(f"() => {{ {BREACHES[what]} }}")
    visitor.page.wait_for_timeout(200)

    assert any(what in line for line in visitor.complaints), visitor.complaints
    visitor.complaints.clear()


def test_faults_of_a_page_are_found(windows: Desk) -> None:
    visitor = windows.window(viewport=PHONE).open("/accounts/login/")
    visitor.page.evaluate(
        """() => {
          const main = document.querySelector("main");
          main.insertAdjacentHTML("beforeend", "<button>?</button><input><p>wide</p>");
          main.lastElementChild.style.width = "900px";
        }"""
    )

    assert any("label" in line for line in violations(visitor.page))
    faults = layout_faults(visitor.page, PHONE["width"])
    assert [line.split(":")[0] for line in faults] == ["sideways scroll", "small target"]
