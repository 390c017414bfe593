"""A person in front of either system: cookies, a connection for each request, forms as the pages hold them.

The proxy that would stand in front is played by its headers, so that both run as in production: https, and answers
compressed where the system does so. Milliseconds are those of the wire alone: from connecting to the last byte.
"""

import gzip
import http.client
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.faults.portal import HOST
from tests.support.http import Form, Reader

PATIENCE = 120.0
HEADERS = {
    "Host": HOST,
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "203.0.113.9",
    "Accept-Encoding": "gzip",
    "Accept": "text/html,application/json",
}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    leads_to: str
    text: str
    ms: float


@dataclass
class Person:
    """One browser."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def send(self, method: str, path: str, data: dict[str, Any] | None = None) -> Answer:
        headers, body = {**HEADERS, "Cookie": self.cookie}, None
        if data is not None:
            body = urlencode(data, doseq=True)
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"https://{HOST}",
                "Referer": f"https://{HOST}{path}",
            }
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        began = time.perf_counter()
        line.request(method, path, body, headers)
        answer = line.getresponse()
        content = answer.read()
        took = (time.perf_counter() - began) * 1_000
        line.close()
        for text in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: found.value for name, found in SimpleCookie(text).items()}
        if answer.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        leads_to = urlsplit(answer.headers.get("Location", ""))._replace(scheme="", netloc="").geturl()
        return Answer(answer.status, leads_to, content.decode(errors="replace"), took)

    def open(self, path: str) -> Answer:
        """The page, and nothing but a page: a redirect or an error ends the measurement."""
        answer = self.send("GET", path)
        assert answer.status == 200, (path, answer.status, answer.text[:2_000])
        return answer

    def post(self, path: str, data: dict[str, Any]) -> Answer:
        """A form that was taken: it leads on to a page."""
        answer = self.send("POST", path, data)
        assert answer.status == 302, (path, answer.status, answer.text[:2_000])
        return answer


def form_with(html: str, name: str) -> Form:
    """The form of a page that has an input of this name."""
    return next(form for form in Reader(html).forms if form.method == "post" and name in form.controls)
