"""Pictures of a running portal with demo data: `python -m tests.support.shots ADDRESS [--all FOLDER]`.

Without --all it writes the five pictures of the README to docs/img. With it, every main page of each demo person in
light and dark, at a desk and on a phone, for a look by eye.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.chromium import launch

IMAGES: Final = Path(__file__).resolve().parent.parent.parent / "docs" / "img"
PASSWORD: Final = "onsite-demo"
LARGEST: Final = 350_000
"""Bytes of one picture: the README loads five of them."""
DESK: Final = {"width": 1280, "height": 860}
PHONE: Final = {"width": 390, "height": 844}
PEOPLE: Final = {
    "client": "client@onsite.example",
    "worker": "worker@onsite.example",
    "admin": "admin@onsite.example",
}
PAGES: Final[dict[str, tuple[str, ...]]] = {
    "client": (
        "/", "/assignments/", "/assignments/?view=board", "/assignments/new/", "/messages/", "/workers/", "/payments/",
        "/payments/funds/", "/payments/ledger/", "/company/", "/team/", "/customers/", "/locations/",
        "/notifications/", "/profile/",
    ),
    "worker": (
        "/", "/find-work/", "/work/", "/schedule/", "/payments/", "/payments/balance/", "/messages/",
        "/notifications/", "/profile/work/",
    ),
    "admin": ("/admin/", "/admin/payments/dispute/", "/styleguide/"),
    "visitor": ("/", "/accounts/login/", "/accounts/signup/"),
}  # fmt: skip
LISTS: Final = {"client": "/assignments/?stage={}", "worker": "/work/?stage={}"}
STAGES: Final = (
    "draft", "sent", "assigned", "in_progress", "on_hold", "pending_approval", "approved", "paid", "cancelled",
)  # fmt: skip
ASSIGNMENT: Final = re.compile(r"^/assignments/\d+/$")


class Camera:
    """Signs in as the demo people and takes pictures."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address.rstrip("/")
        self._sessions: dict[str, Any] = {}

    @contextmanager
    def page(
        self, person: str, viewport: dict[str, int], theme: str = "light", scale: int = 1
    ) -> Iterator[Page]:
        """A page of that person's browser; signed in once for each."""
        if person not in self._sessions and person in PEOPLE:
            self._sessions[person] = self._sign_in(PEOPLE[person])
        options: dict[str, Any] = {"viewport": viewport, "color_scheme": theme, "device_scale_factor": scale}
        context = self.browser.new_context(
            **options, storage_state=self._sessions.get(person), reduced_motion="reduce", locale="en-US"
        )
        try:
            yield context.new_page()
        finally:
            context.close()

    def _sign_in(self, email: str) -> Any:
        context = self.browser.new_context()
        page = context.new_page()
        page.goto(f"{self.address}/accounts/login/")
        page.fill("main [name=login]", email)
        page.fill("main [name=password]", PASSWORD)
        with page.expect_navigation():
            page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
        if page.url.endswith("/accounts/login/"):
            sys.exit(f"{email} cannot sign in at {self.address}. Is the demo data there?")
        state = context.storage_state()
        context.close()
        return state

    def open(self, page: Page, path: str) -> None:
        answer = page.goto(f"{self.address}{path}", wait_until="load")
        if answer is None or answer.status != 200:
            sys.exit(f"{path} answered {answer and answer.status}")

    def first(self, page: Page, lists: str, within: str = "main") -> str:
        """The path of the first assignment on a list; "" when there is none."""
        self.open(page, lists)
        hrefs = page.locator(f"{within} a[href]").evaluate_all(
            "all => all.map((one) => one.getAttribute('href'))"
        )
        return next((href for href in hrefs if ASSIGNMENT.match(href)), "")


def shoot(page: Page, path: Path, *, whole: bool = False) -> None:
    """Write a PNG of few colours; flat pages lose nothing that the eye sees."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=whole)
    with Image.open(path) as taken:
        small = taken.convert("RGB").quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    if path.stat().st_size > LARGEST and not whole:
        sys.exit(f"{path} has {path.stat().st_size} bytes, more than {LARGEST}")
    sys.stdout.write(f"{path} {path.stat().st_size // 1000} kB\n")


def readme(camera: Camera) -> None:
    """The five pictures of the README."""
    with camera.page("client", DESK) as page:
        camera.open(page, "/")
        shoot(page, IMAGES / "dashboard.png")
        camera.open(page, most_applied(camera, page))
        shoot(page, IMAGES / "assignment.png")
        camera.open(page, "/payments/")
        shoot(page, IMAGES / "payments.png")
    with camera.page("worker", PHONE, scale=2) as page:
        found = camera.first(page, "/work/?stage=in_progress") or camera.first(page, "/work/?stage=assigned")
        camera.open(page, f"{found}visit/")
        shoot(page, IMAGES / "visit-phone.png")
    with camera.page("admin", DESK) as page:
        camera.open(page, "/admin/payments/dispute/")
        shoot(page, IMAGES / "disputes.png")


def most_applied(camera: Camera, page: Page) -> str:
    """The address of the applications where there is most to compare."""
    camera.open(page, "/assignments/?stage=sent")
    hrefs = page.locator("main a[href]").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    best, most = "", -1
    for href in dict.fromkeys(one for one in hrefs if ASSIGNMENT.match(one)):
        camera.open(page, f"{href}applications/")
        count = page.locator("main table.cards tbody tr").count()
        if count > most:
            best, most = f"{href}applications/", count
    return best or "/assignments/"


def everything(camera: Camera, folder: Path) -> None:
    """Main pages and one assignment of each stage, by person, theme and width."""
    for person, paths in PAGES.items():
        with camera.page(person, DESK) as page:
            lists = LISTS.get(person, "")
            found = [camera.first(page, lists.format(stage)) for stage in STAGES] if lists else []
        for path in dict.fromkeys([*paths, *(one for one in found if one)]):
            name = re.sub(r"\W+", "-", path).strip("-") or "home"
            for viewport in (DESK, PHONE):
                for theme in ("light", "dark"):
                    with camera.page(person, viewport, theme) as page:
                        camera.open(page, path)
                        shoot(page, folder / f"{person}-{name}-{viewport['width']}-{theme}.png", whole=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.support.shots", description=__doc__)
    parser.add_argument("address", help="of the running portal, for example http://localhost:8000")
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every main page into this folder")
    options = parser.parse_args(arguments)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        camera = Camera(browser, options.address)
        if options.all:
            everything(camera, options.all)
        else:
            readme(camera)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
