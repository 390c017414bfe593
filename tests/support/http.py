"""A signed-in person at the portal: opens pages, reads them, fills in the forms that are really there.

Forms are read from the HTML and sent back with every hidden input and the CSRF token, as a browser does. Naming an
input or an answer that the page does not offer fails the test.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import urldefrag, urljoin, urlsplit

from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from tests.support import pdf, sheets

VOID: Final = frozenset("area base br col embed hr img input link meta source track wbr".split())
TICKED: Final = ("checkbox", "radio")


@dataclass
class Control:
    """One input: its kind, what a browser would send for it as it stands, and what it offers."""

    name: str
    kind: str
    sent: list[str] = field(default_factory=list)
    offers: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form of a page: where it leads, its inputs by name, and its buttons as (words, name, value)."""

    action: str
    method: str
    controls: dict[str, Control] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)

    def data(self, press: str = "", **values: Any) -> dict[str, Any]:
        """What the browser sends after these values were typed and that button was pressed."""
        unknown = sorted(set(values) - set(self.controls))
        assert not unknown, f"no input {unknown} on this form; it has {sorted(self.controls)}"
        data: dict[str, Any] = {name: list(c.sent) for name, c in self.controls.items() if c.sent}
        for name, value in values.items():
            data[name] = self._typed(self.controls[name], value)
        if press:
            found = [(name, value) for words, name, value in self.buttons if words == press]
            assert found, f"no button {press!r}; there are {[words for words, _, _ in self.buttons]}"
            name, value = found[0]
            data |= {name: value} if name else {}
        return {name: value for name, value in data.items() if value != []}

    @staticmethod
    def _typed(control: Control, value: Any) -> Any:
        if control.kind == "file":
            return value
        if control.kind == "checkbox" and isinstance(value, bool):
            return control.offers[:1] if value else []
        given = [str(one) for one in value] if isinstance(value, list) else [str(value)]
        if control.offers:
            wrong = [one for one in given if one not in control.offers]
            assert not wrong, f"{control.name} does not offer {wrong}, only {control.offers}"
        return given


class Reader(HTMLParser):
    """Collects text, links, headings and forms of one page in one pass."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self.headings: list[str] = []
        self.title = ""
        self._open: list[tuple[str, dict[str, str]]] = []
        self._form: Form | None = None
        self._select: Control | None = None
        self._heard: dict[str, list[str]] = {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, found: list[tuple[str, str | None]]) -> None:
        attrs = {name: value or "" for name, value in found}
        if tag not in VOID:
            self._open.append((tag, attrs))
        if tag in ("a", "button", "h1", "title", "textarea", "option"):
            self._heard[tag] = []
        if tag == "form":
            self._form = Form(attrs.get("action", ""), attrs.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "input":
            self._input(attrs)
        elif tag == "select" and self._form is not None:
            self._select = Control(attrs.get("name", ""), "many" if "multiple" in attrs else "select")
            if "disabled" not in attrs:
                self._form.controls[self._select.name] = self._select
        elif tag == "option" and self._select is not None:
            self._select.offers.append(attrs.get("value", ""))
            if "selected" in attrs:
                self._select.sent.append(attrs.get("value", ""))

    def _input(self, attrs: dict[str, str]) -> None:
        name, kind, value = attrs.get("name", ""), attrs.get("type", "text").lower(), attrs.get("value", "")
        if self._form is None or not name or "disabled" in attrs:
            return
        if kind in ("submit", "image"):
            self._form.buttons.append((value, name, value))
            return
        control = self._form.controls.setdefault(name, Control(name, kind))
        if kind in TICKED:
            value = attrs.get("value", "on")
            control.offers.append(value)
            if "checked" in attrs:
                control.sent.append(value)
        elif kind != "file":
            control.sent.append(value)

    def handle_data(self, data: str) -> None:
        for heard in self._heard.values():
            heard.append(data)
        if self._open and self._open[-1][0] not in ("script", "style"):
            self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        attrs = next((attrs for name, attrs in reversed(self._open) if name == tag), {})
        while self._open and self._open.pop()[0] != tag:
            pass
        words = "".join(self._heard.pop(tag, []))
        plain = " ".join(words.split())
        if tag == "a":
            self.links.append((plain, attrs.get("href", "")))
        elif tag == "h1":
            self.headings.append(plain)
        elif tag == "title" and not self.title:
            self.title = plain
        elif tag == "textarea" and self._form is not None and "disabled" not in attrs:
            control = Control(attrs.get("name", ""), "textarea", [words.removeprefix("\n")])
            self._form.controls[control.name] = control
        elif tag == "button" and self._form is not None and attrs.get("type", "submit") == "submit":
            self._form.buttons.append((plain, attrs.get("name", ""), attrs.get("value", "")))
        elif tag == "select":
            if self._select and self._select.kind == "select" and not self._select.sent:
                self._select.sent = self._select.offers[:1]
            self._select = None
        elif tag == "form":
            self._form = None


class Page:
    """An answer, as read: `text` is what a reader sees, with single spaces; of a PDF too."""

    def __init__(self, response: HttpResponse, url: str) -> None:
        self.response, self.url, self.status = response, url, response.status_code
        kind = response.headers.get("Content-Type", "")
        self.is_html, self.is_pdf = kind.startswith("text/html"), kind == "application/pdf"
        self.is_workbook = kind == sheets.KIND

    @cached_property
    def body(self) -> bytes:
        return b"".join(self.response.streaming_content) if self.response.streaming else self.response.content

    @cached_property
    def html(self) -> str:
        return self.body.decode(errors="replace")

    @cached_property
    def _read(self) -> Reader:
        return Reader(self.html if self.is_html else "")

    @cached_property
    def text(self) -> str:
        if self.is_pdf:
            return pdf.words(self.body)
        if self.is_workbook:
            return sheets.words(self.body)
        return " ".join("".join(f"{word} " for word in self._read.words).split())

    @property
    def h1(self) -> str:
        assert len(self._read.headings) == 1, f"{self.url} has the headings {self._read.headings}"
        return self._read.headings[0]

    @property
    def headings(self) -> list[str]:
        return self._read.headings

    @property
    def title(self) -> str:
        return self._read.title

    @property
    def forms(self) -> list[Form]:
        return self._read.forms

    @property
    def posts(self) -> list[Form]:
        """The forms that change something."""
        return [form for form in self.forms if form.method == "post"]

    @cached_property
    def links(self) -> dict[str, str]:
        """Words of each link and where it leads (the first of equal words)."""
        return {words: urljoin(self.url, href) for words, href in reversed(self._read.links)}

    @cached_property
    def addresses(self) -> set[str]:
        """Every address that the page leads to by a link or a form."""
        hrefs = {href for _, href in self._read.links} | {form.action for form in self.forms if form.action}
        return {urldefrag(urljoin(self.url, href)).url for href in hrefs}

    def local(self) -> Iterator[str]:
        """The addresses of links (not of POST forms) that stay inside the portal, without fragments."""
        for _, href in self._read.links:
            parts = urlsplit(urljoin(self.url, href))
            if not parts.scheme and not parts.netloc and parts.path.startswith("/"):
                yield f"{parts.path}?{parts.query}" if parts.query else parts.path

    def buttons(self) -> set[str]:
        return {words for form in self.posts for words, _, _ in form.buttons}

    def has(self, *texts: str) -> None:
        """Each of the texts stands on the page."""
        missing = [text for text in texts if text not in self.text]
        assert not missing, f"{self.url} lacks {missing}: {self.text}"

    def lacks(self, *texts: str) -> None:
        """None of the strings is anywhere in the answer, not even in an attribute."""
        found = [text for text in texts if text in self.html or text in self.text]
        assert not found, f"{self.url} shows {found}"

    def form_with(self, names: set[str], action: str = "", press: str = "") -> Form:
        """The form that has these inputs (and that address or button)."""
        for form in self.posts:
            is_there = not action or urljoin(self.url, form.action) == action
            has_button = not press or press in [words for words, _, _ in form.buttons]
            if names <= set(form.controls) and is_there and has_button and not _is_frame(form):
                return form
        wanted = f"inputs {sorted(names)} action {action!r} button {press!r}"
        raise AssertionError(
            f"{self.url} has no form with {wanted}: {[sorted(f.controls) for f in self.posts]}"
        )


FRAME: Final = ("/accounts/logout/", "/hat/", "/profile/theme/")


def _is_frame(form: Form) -> bool:
    """Forms that the frame of every page carries."""
    return form.action in FRAME


class Visitor:
    """One browser session: of that person, or of nobody. CSRF is checked as in production."""

    def __init__(self, user: User | None = None, *, csrf: bool = True) -> None:
        self.client = Client(enforce_csrf_checks=csrf)
        self.user = user
        if user is not None:
            self.client.force_login(user)

    def open(self, url: str, status: int = 200) -> Page:
        """GET, following redirects inside the portal, and expect that answer at the end."""
        response = self.client.get(url)
        while response.status_code in (301, 302) and status not in (301, 302):
            url = urljoin(url, response.headers["Location"])
            response = self.client.get(url)
        assert response.status_code == status, f"GET {url}: {response.status_code}, not {status}"
        return Page(response, url)

    def follow(self, page: Page, words: str) -> Page:
        """Press a link by its words."""
        assert words in page.links, f"{page.url} has no link {words!r}: {sorted(page.links)}"
        return self.open(page.links[words])

    def submit(
        self, at: str | Page, /, *, action: str = "", press: str = "", status: int = 302, **values: Any
    ) -> Page:
        """Open a page (or take an open one), fill in its form, send it, and follow the redirect of a success."""
        page = self.open(at) if isinstance(at, str) else at
        form = page.form_with(set(values), action, press)
        url = urljoin(page.url, form.action) if form.action else page.url
        return self.post(url, form.data(press, **values), status=status, referer=page.url)

    def post(self, url: str, data: dict[str, Any], *, status: int = 302, referer: str = "") -> Page:
        """POST ready data. A success is followed to the page that it leads to."""
        response = self.client.post(url, data, HTTP_REFERER=f"http://testserver{referer}")
        page = Page(response, url)
        assert response.status_code == status, (
            f"POST {url}: {response.status_code}, not {status}: {_why(page)}"
        )
        return self.open(urljoin(url, response.headers["Location"])) if status == 302 else page


def _why(page: Page) -> str:
    """The words below the frame, for the message of a failing test."""
    return page.text.split("Sign out", 1)[-1][:1500] if page.is_html else ""
