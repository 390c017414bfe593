"""Hostile requests, the same for the same seed: pattern x method x person, with odd paths, queries, bodies, headers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final
from urllib.parse import quote, quote_from_bytes, urlencode

from tests.hostile import payloads
from tests.hostile.places import Pattern, Places
from tests.support.evil_files import all_of_them
from tests.support.http import Form

METHODS: Final = ("GET",) * 40 + ("POST",) * 48 + ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE") * 2
CHARSETS: Final = ("utf-8", "utf-16", "latin-1", "nonsense", "utf-7", "cp037", "")
BOUNDARY: Final = "onsite-hostile-boundary"
TOKEN: Final = "hostileTokenOfThirtyTwoLetters01"
"""Both halves of the CSRF check come from this client."""
MEGABYTE_IN: Final = 150
"""One of so many forms carries a field of one megabyte."""
LONGEST_LINE: Final = 4_000
"""A longer first line is answered by the web server itself (414): a few of those are enough."""
READ_OFTEN: Final = (
    "q",
    "page",
    "after",
    "before",
    "stage",
    "show",
    "sort",
    "from",
    "to",
    "month",
    "year",
    "statement",
)
"""Names that lists read from their query: every second query asks these, the others any name that was seen."""
FORM_TYPE: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Hit:
    """One request: who sends it, which pattern it aims at, and all of its bytes."""

    number: int
    who: str
    name: str
    method: str
    url: str
    body: bytes = b""
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    cookies: str = ""

    def told(self) -> str:
        """In one line, for a finding."""
        more = "; ".join(f"{name}: {value[:60]}" for name, value in self.headers)
        body = f" {self.content_type}: {self.body[:300]!r} ({len(self.body)} bytes)" if self.body else ""
        return f"#{self.number} {self.who} {self.method} {self.url[:400]} [{more}]{body}"


@dataclass
class Gunner:
    """Makes hits. Each pattern comes as often as each other one, in an order that the seed decides."""

    places: Places
    people: tuple[str, ...]
    seed: int
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def hits(self, count: int) -> Iterator[Hit]:
        aims: list[Pattern] = []
        for number in range(1, count + 1):
            if not aims:
                aims = self.random.sample(self.places.patterns, len(self.places.patterns))
            yield self._hit(number, aims.pop())

    def _hit(self, number: int, aim: Pattern) -> Hit:
        pick = self.random
        method = pick.choice(METHODS)
        known = [who for who in self.people if self.places.addresses.get((who, aim.name))]
        armed = [who for who in self.people if self.places.forms.get((who, aim.name))]
        wanted = armed if method == "POST" and armed else known
        who = pick.choice(wanted if wanted and pick.random() < 0.75 else self.people)
        path, form = self._path(who, aim), None
        forms = self.places.forms.get((who, aim.name))
        if method != "GET" and forms:
            action, form = pick.choice(forms)
            path = action if pick.random() < 0.9 else path
        query = self._query() if pick.random() < 0.4 else ""
        body, kind = self._body(form) if method not in ("GET", "HEAD", "TRACE") else (b"", "")
        headers = tuple(pick.sample(payloads.HEADERS, pick.randint(1, 3))) if pick.random() < 0.3 else ()
        cookies = pick.choice(payloads.COOKIES) if pick.random() < 0.08 else ""
        url = (path + query)[:LONGEST_LINE] if pick.random() > 0.002 else path + query
        return Hit(number, who, aim.name, method, url, body, kind, headers, cookies)

    def _path(self, who: str, aim: Pattern) -> str:
        pick = self.random
        known = self.places.addresses.get((who, aim.name)) or next(
            (
                self.places.addresses[p, aim.name]
                for p in self.people
                if self.places.addresses.get((p, aim.name))
            ),
            [],
        )
        if known and pick.random() < 0.65:
            return pick.choice(known)
        return aim.template % {name: self._part(name) for name in aim.parameters}

    def _part(self, name: str) -> str:
        """A value in the path: one that was seen under this name, or an odd one."""
        seen = self.places.values.get(name)
        if seen and self.random.random() < 0.5:
            return quote(self.random.choice(seen), safe="")
        found = self.random.choice(payloads.ALL if self.random.random() < 0.5 else payloads.NUMBERS)
        return quote_from_bytes(found[:600] or b"0", safe="")

    def _query(self) -> str:
        known = sorted(self.places.queries if self.random.random() < 0.5 else READ_OFTEN)
        names = self.random.sample(known, self.random.randint(1, 4))
        pairs = [
            (name.encode(), self._odd()[:3_000])
            for name in names
            for _ in range(self.random.choice((1, 1, 1, 2)))
        ]
        return f"?{urlencode(pairs)}"

    def _odd(self) -> bytes:
        """An odd value, of any kind or of two in a row."""
        pick = self.random
        found = pick.choice(pick.choice(payloads.KINDS))
        return found + pick.choice(payloads.ALL) if pick.random() < 0.1 else found

    def _body(self, form: Form | None) -> tuple[bytes, str]:
        pick = self.random
        if form is None or pick.random() < 0.05:
            if pick.random() < 0.5:
                return pick.choice(payloads.STRUCTURED) + pick.choice(payloads.ALL), pick.choice(
                    (
                        "application/json",
                        "text/plain",
                        "multipart/form-data",
                        "application/xml",
                        FORM_TYPE,
                        "x",
                        "",
                    )
                )
            form = Form("", "post")
        fields = self._fields(form)
        has_files = any(one.kind == "file" for one in form.controls.values())
        if pick.random() < (0.9 if has_files else 0.12):
            return self._multipart(form, fields)
        charset = pick.choice(CHARSETS) if pick.random() < 0.05 else ""
        return urlencode(fields).encode(), f"{FORM_TYPE}; charset={charset}" if charset else FORM_TYPE

    def _fields(self, form: Form) -> list[tuple[bytes, bytes]]:
        """What the form sends, with one, some or all values odd, some missing, doubled or made up."""
        pick, fields = self.random, [(b"csrfmiddlewaretoken", TOKEN.encode())]
        share = pick.choice((0.1, 0.3, 0.7, 1.0))
        for name, control in form.controls.items():
            if name == "csrfmiddlewaretoken" or control.kind == "file" or pick.random() < 0.06:
                continue
            offered = [one for one in control.offers if one] if not control.sent else control.sent
            values = [one.encode() for one in offered[:1] if control.kind not in ("many",)] or [b"x"]
            if pick.random() < share:
                values = [self._odd() for _ in range(pick.choice((1, 1, 1, 2)))]
            fields += [(name.encode(errors="replace"), value) for value in values]
        if form.buttons and pick.random() < 0.5:
            _, name, value = pick.choice(form.buttons)
            fields += [(name.encode(), value.encode())] if name else []
        if pick.random() < 0.2:
            made_up = pick.choice(
                ("next", "id", "pk", "state", "is_staff", "role", "client", "_method", "a[b]", "")
            )
            fields.append((made_up.encode(), self._odd()))
        if pick.randint(1, MEGABYTE_IN) == 1 and len(fields) > 1:
            at = pick.randrange(1, len(fields))
            fields[at] = (fields[at][0], payloads.MEGABYTE)
        return fields

    def _multipart(self, form: Form, fields: list[tuple[bytes, bytes]]) -> tuple[bytes, str]:
        pick = self.random
        parts = [(f'name="{name.decode(errors="replace")}"'.encode(), b"", value) for name, value in fields]
        for name, control in form.controls.items():
            if control.kind == "file" and pick.random() < 0.85:
                evil = pick.choice(all_of_them())
                kind = pick.choice(
                    (b"image/jpeg", b"text/html", b"application/pdf", b"x", b"text/csv; charset=utf-16")
                )
                content = evil.content if pick.random() < 0.7 else self._odd()
                # The name as a browser sends it: quotes and line ends are encoded.
                called = evil.name.replace('"', "%22").encode(errors="replace")
                parts.append((f'name="{name}"; filename="'.encode() + called + b'"', kind, content))
        edge = f"--{BOUNDARY}\r\n".encode()
        body = b""
        for where, kind, content in parts:
            type_line = b"\r\nContent-Type: " + kind if kind else b""
            body += (
                edge
                + b"Content-Disposition: form-data; "
                + where
                + type_line
                + b"\r\n\r\n"
                + content
                + b"\r\n"
            )
        body += f"--{BOUNDARY}--\r\n".encode()
        if pick.random() < 0.06:
            body = body[: pick.randrange(len(body))]
        return body, f"multipart/form-data; boundary={BOUNDARY if pick.random() < 0.97 else 'other'}"
