"""A person at a real web server, over real connections: signs in, opens pages, sends the forms that are there.

What it sent and what was answered is its log: `answered` is None where the line broke before an answer came.
"""

import http.client
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, Final
from urllib.parse import urlencode, urljoin, urlsplit

from tests.factories import PASSWORD
from tests.faults.portal import FORWARDED, HOST
from tests.support.http import Form, Reader

PATIENCE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, address that it leads to, page, and the seconds that it took."""

    status: int
    leads_to: str
    html: str
    seconds: float


class LineBroke(Exception):
    """The connection ended before an answer came: nobody knows yet whether it was done."""


@dataclass
class Post:
    """A POST that is ready to be sent, once or again: same form, same key."""

    path: str
    data: dict[str, Any]


@dataclass
class Visitor:
    """One browser. `seconds` are those of all its answers."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)

    def send(self, method: str, path: str, data: dict[str, Any] | None = None) -> Answer:
        """One request over a connection of its own. Raises LineBroke."""
        headers = {
            **FORWARDED,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        body = None
        if data is not None:
            body = urlencode(data, doseq=True)
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"https://{HOST}",
                "Referer": f"https://{HOST}{path}",
            }
        began = time.monotonic()
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            html = answer.read().decode(errors="replace")
        except (http.client.HTTPException, ConnectionError) as broke:
            raise LineBroke(f"{method} {path}: {broke!r}") from broke
        finally:
            line.close()
        for text in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: found.value for name, found in SimpleCookie(text).items()}
        made = Answer(answer.status, answer.headers.get("Location", ""), html, time.monotonic() - began)
        self.answers.append(made)
        return made

    def open(self, path: str, status: int = 200) -> Answer:
        """GET, following redirects inside the portal."""
        answer = self.send("GET", path)
        while answer.status in (301, 302):
            path = urljoin(path, urlsplit(answer.leads_to)._replace(scheme="", netloc="").geturl())
            answer = self.send("GET", path)
        assert answer.status == status, f"GET {path}: {answer.status}\n{answer.html[:2000]}"
        return answer

    def sign_in(self, email: str) -> "Visitor":
        form = self.form("/accounts/login/", "login")
        answer = self.send("POST", "/accounts/login/", form.data(login=email, password=PASSWORD))
        assert "__Host-sessionid" in self.cookies, f"sign-in: {answer.status}\n{answer.html[:2000]}"
        return self

    def form(self, path: str, name: str) -> Form:
        """The form of a page that has this input or this button."""
        found = [
            form
            for form in Reader(self.open(path).html).forms
            if form.method == "post"
            and (name in form.controls or name in [button for _, button, _ in form.buttons])
        ]
        assert found, f"{path} has no form with {name!r}"
        return found[0]

    def ready(self, path: str, name: str) -> Post:
        """Open the page, take its form as it stands, and press the button of that name (if it is one)."""
        form = self.form(path, name)
        pressed = {button: value for _, button, value in form.buttons if button == name}
        return Post(urljoin(path, form.action or path).split("?")[0], {**form.data(), **pressed})

    def post(self, ready: Post) -> Answer:
        """Raises LineBroke."""
        return self.send("POST", ready.path, ready.data)
