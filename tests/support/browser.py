"""A person at a real browser window: opens pages, reads them, presses what is really there.

A window keeps what the browser complained about: errors in its console, errors of scripts, breaches of the content
policy, answers of 500 and more, requests to other hosts. `calm` says that there was nothing.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
)

from accounts.models import User

DESK: Final = {"width": 1280, "height": 900}
PHONE: Final = {"width": 390, "height": 844}
WATCH_POLICY: Final = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy: ${event.violatedDirective} blocked ${event.blockedURI} ${event.sample}`);
});
"""
PATIENCE_MS: Final = 10_000
Words = str | re.Pattern[str]
"""The accessible name of a button or link: the whole of it, or a pattern."""


class Window:
    """One tab of a browser."""

    def __init__(self, page: Page, base_url: str, name: str) -> None:
        self.page, self.base_url, self.name = page, base_url, name
        self.complaints: list[str] = []
        self._answered: dict[str, int] = {}
        self._ours = (urlsplit(base_url).netloc, "")
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self._complain(f"script: {error}"))
        page.on("response", self._on_response)
        page.on("request", self._on_request)

    def _complain(self, words: str) -> None:
        self.complaints.append(f"{self.name} at {self.page.url}: {words}")

    def _on_console(self, message: ConsoleMessage) -> None:
        # Chromium writes a line for each page that is answered with 4xx; those are checked by `open` and `press`.
        is_page = self._answered.get(message.location.get("url", ""), 0) in range(400, 500)
        if message.type == "error" and not (is_page and "Failed to load resource" in message.text):
            self._complain(message.text)

    def _on_response(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self._answered[response.url] = response.status
        if response.status >= 500:
            self._complain(f"{response.status} for {response.url}")

    def _on_request(self, request: Request) -> None:
        if urlsplit(request.url).netloc not in self._ours:
            self._complain(f"asks another host: {request.url}")

    # --- reading ---

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def status(self) -> int:
        """Of the page that is shown."""
        return self._answered.get(self.page.url.split("#")[0], 0)

    @property
    def h1(self) -> str:
        return " ".join(self.page.locator("h1").inner_text().split())

    @property
    def text(self) -> str:
        """What is visible in the main part, with single spaces."""
        return " ".join(self.page.locator("main").inner_text().split())

    def has(self, *texts: str) -> "Window":
        missing = [text for text in texts if text not in self.text]
        assert not missing, f"{self.name} at {self.path} misses {missing}: {self.text}"
        return self

    def lacks(self, *texts: str) -> "Window":
        """Nowhere in the page, not even in an attribute."""
        html = self.page.content()
        found = [text for text in texts if text in html]
        assert not found, f"{self.name} at {self.path} shows {found}"
        return self

    # --- acting ---

    def open(self, path: str, status: int = 200) -> "Window":
        answer = self.page.goto(f"{self.base_url}{path}")
        assert answer is not None
        assert answer.status == status, f"{self.name}: {path} answered {answer.status}: {self.text[:600]}"
        return self

    def press(self, words: Words, status: int = 200, *, inside: str = "main") -> "Window":
        """Press a button that sends a form, and expect that answer at the end."""
        return self._go(self.find("button", words, inside), status)

    def follow(self, words: Words, status: int = 200, *, inside: str = "main") -> "Window":
        return self._go(self.find("link", words, inside), status)

    def more(self, words: str) -> "Window":
        """Choose from the menu of further acts."""
        self.page.locator("main details.menu > summary").first.click()
        return self._go(
            self.page.locator("main details.menu a, main details.menu button").filter(has_text=words).first
        )

    def back(self) -> "Window":
        """The browser's back button. A page kept in memory comes back without loading."""
        self.page.go_back(wait_until="commit")
        self.page.locator("h1").first.wait_for()
        return self

    def find(self, role: Any, words: Words, inside: str = "main") -> Locator:
        found = self.page.locator(inside).get_by_role(role, name=words, exact=True)
        assert found.count(), f"{self.name} at {self.path} has no {role} {words!r}: {self.text[:1500]}"
        return found.first

    def _go(self, target: Locator, status: int = 200) -> "Window":
        with self.page.expect_navigation(wait_until="load"):
            target.click()
        assert self.status == status, (
            f"{self.name}: {self.page.url} answered {self.status}: {self.text[:1500]}"
        )
        return self

    def fill(self, **values: Any) -> "Window":
        """Put values into the inputs of these names. True and False tick a box; files go to a file input."""
        for name, value in values.items():
            self._put(name, value)
        return self

    def _put(self, name: str, value: Any) -> None:
        inputs = self.page.locator(f"main [name='{name}']:not([type=hidden])")
        assert inputs.count(), f"{self.name} at {self.path} has no input {name!r}: {self.names}"
        first = inputs.first
        kind = first.evaluate("one => one.type")
        if kind in ("radio", "checkbox") and not isinstance(value, bool):
            self.page.locator(f"main [name='{name}'][value='{value}']").check()
        elif kind == "checkbox":
            first.set_checked(value)
        elif kind.startswith("select"):
            first.select_option(str(value))
        elif kind == "file":
            first.set_input_files(value)
        else:
            first.fill(str(value))

    @property
    def names(self) -> list[str]:
        """The names of the inputs on the page, for messages of failed tests."""
        return list(
            self.page.locator("main [name]").evaluate_all("all => [...new Set(all.map(one => one.name))]")
        )

    def calm(self) -> None:
        assert not self.complaints, "\n".join(self.complaints)


@dataclass
class Desk:
    """Opens windows of people. Each context is a browser of its own: other cookies, other cache."""

    browser: Browser
    base_url: str
    windows: list[Window] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def window(
        self,
        user: User | None = None,
        *,
        viewport: dict[str, int] | None = None,
        theme: Any = "light",
        script: bool = True,
        place: tuple[float, float] | None = None,
    ) -> Window:
        """A new browser of that person, signed in; of nobody without `user`. `place`: (latitude, longitude) granted."""
        context = self.browser.new_context(
            base_url=self.base_url,
            viewport=viewport or DESK,
            color_scheme=theme,
            reduced_motion="reduce",
            java_script_enabled=script,
            locale="en-US",
            timezone_id="America/New_York",
            **({"geolocation": {"latitude": place[0], "longitude": place[1]}} if place else {}),
        )
        if place:
            context.grant_permissions(["geolocation"], origin=self.base_url)
        if script:
            context.add_init_script(WATCH_POLICY)
        if user is not None:
            context.add_cookies([{"name": "sessionid", "value": session_of(user), "url": self.base_url}])
        self.contexts.append(context)
        return self.tab(context, user.short_name if user else "visitor")

    def tab(self, context: BrowserContext, name: str) -> Window:
        """One more tab in the same browser."""
        window = Window(context.new_page(), self.base_url, name)
        self.windows.append(window)
        return window

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def calm(self) -> None:
        """Fail when any window complained."""
        said = [line for window in self.windows for line in window.complaints]
        assert not said, "\n".join(said)


@contextmanager
def desk(browser: Browser, base_url: str) -> Iterator[Desk]:
    """All windows of one story, closed at its end."""
    made = Desk(browser, base_url)
    try:
        yield made
    finally:
        made.close()


def session_of(user: User) -> str:
    """The cookie of a new session of that person."""
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


FOCUS: Final = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const outlined = (element) => {
    const style = getComputedStyle(element);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const box = one.getBoundingClientRect();
  const clamp = (value, most) => Math.min(Math.max(value, 1), most - 1);
  const left = clamp(box.left, innerWidth), right = clamp(box.right, innerWidth);
  const top = clamp(box.top, innerHeight), bottom = clamp(box.bottom, innerHeight);
  const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  const label = one.closest("label") ?? one.labels?.[0];
  const isSeen = Boolean(hit) && (one.contains(hit) || hit.contains(one) && hit === one.parentElement
    || Boolean(label?.contains(hit)));
  return {
    what: `${one.tagName.toLowerCase()}${one.name ? `[name=${one.name}]` : ""} ${(one.innerText || "").slice(0, 40)}`,
    outlined: outlined(one) || Boolean(label && outlined(label)),
    seen: isSeen,
    hit: hit ? `${hit.tagName.toLowerCase()}.${hit.className}` : "nothing",
  };
}"""


class Keys:
    """Moves by keyboard only. Each stop has to be outlined and uncovered (WCAG 2.4.7 and 2.4.11)."""

    def __init__(self, window: Window) -> None:
        self.window, self.keyboard, self.stops = window, window.page.keyboard, 0

    def to(self, selector: str, most: int = 120, *, key: str = "Tab") -> "Keys":
        """Press Tab until the focus is on that element."""
        for _ in range(most):
            if self.window.page.evaluate("one => Boolean(document.activeElement?.matches(one))", selector):
                return self
            self.keyboard.press(key)
            self.look()
        raise AssertionError(
            f"{most} presses of {key} at {self.window.path} do not reach {selector}: {self.window.text[:900]}"
        )

    def look(self) -> None:
        found = self.window.page.evaluate(FOCUS)
        if found is None:
            return
        self.stops += 1
        assert found["outlined"], f"{self.window.path}: no outline of 2 px at {found['what']}"
        assert found["seen"], f"{self.window.path}: {found['what']} is covered by {found['hit']}"

    def type(self, text: str) -> "Keys":
        self.keyboard.type(text)
        return self

    def write(self, **values: str) -> "Keys":
        """Type into the inputs of these names, in the order of the page."""
        for name, text in values.items():
            self.to(f"[name='{name}']").type(text)
        return self

    def send(self, key: str = "Enter", status: int = 200) -> "Keys":
        """A key that leads to another page."""
        with self.window.page.expect_navigation(wait_until="load"):
            self.keyboard.press(key)
        assert self.window.status == status, (
            f"{self.window.page.url} answered {self.window.status}: {self.window.text}"
        )
        return self


def until(true: Callable[[], bool], window: Window, seconds: float = 10) -> None:
    """Wait while the browser works, for what it sends in the background."""
    for _ in range(int(seconds * 20)):
        if true():
            return
        window.page.wait_for_timeout(50)
    raise AssertionError(f"{window.name} waited {seconds} seconds in vain at {window.path}")
