"""What a page owes everybody: no finding of axe, no sideways scroll, targets large enough for a thumb."""

from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

OPTIONS: Final[dict[str, Any]] = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
}
SMALLEST_PX: Final = 44
SMALL_TARGETS: Final = """(least) => [...document.querySelectorAll("button, .btn, .tabbar a, summary.btn")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".vh, [inert]"))
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.height < least - 0.5 || box.width < least - 0.5))
  .map(([one, box]) => `${one.className || one.tagName} "${one.innerText.trim().slice(0, 30)}" `
    + `${Math.round(box.width)} x ${Math.round(box.height)}`)
"""
WIDE: Final = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("main *, header *, nav *")]
    .filter((one) => one instanceof HTMLElement && one.getBoundingClientRect().right > innerWidth + 1)
    .slice(-3).map((one) => `${one.tagName.toLowerCase()}.${one.className} "${one.textContent.trim().slice(0, 40)}"`)
    .concat([`${document.documentElement.scrollWidth} px in ${innerWidth}`])
"""
_axe = Axe()


def violations(page: Page) -> list[str]:
    """Each finding of axe as one line: rule, element, what to do."""
    found = _axe.run(page, options=OPTIONS).response["violations"]
    return [
        f"{one['id']}: {' '.join(map(str, node['target']))}: {node['html'][:160]} ({node['failureSummary'][:240]})"
        for one in found
        for node in one["nodes"]
    ]


def layout_faults(page: Page, width: int) -> list[str]:
    """Sideways scroll, and on a phone buttons and tabs under 44 px."""
    wide = page.evaluate(WIDE)
    faults = [f"sideways scroll: {'; '.join(wide)}"] if wide else []
    if width < 768:
        faults += [f"small target: {one}" for one in page.evaluate(SMALL_TARGETS, SMALLEST_PX)]
    return faults
