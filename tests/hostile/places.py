"""What the portal offers to be attacked: every address pattern, the real ids in addresses, and the forms on pages."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from tests.support.http import Form, Reader

PAGES_OF_A_KIND: Final = 3
"""So many addresses of one kind are kept for a person."""
QUERY_NAMES: Final = frozenset(
    "q page after before stage sort show view list from to month year period format reason report role version words "
    "worker workers invoice customer ground about for new next credential statement within all p o e _popup "
    "_to_field _changelist_filters is_active__exact state__exact date__gte".split()
)
"""Names that pages read from their query, beside those that are found in links (the last ones: the administration)."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A named address: its text with `%(name)s` where a value stands, and the names of these values."""

    name: str
    template: str
    parameters: tuple[str, ...]


def patterns() -> list[Pattern]:
    """Every named address of the resolver, those of the administration too."""
    found: dict[str, Pattern] = {}
    _collect(get_resolver(), "", "", found)
    return sorted(found.values(), key=lambda one: one.name)


def _collect(resolver: URLResolver, space: str, prefix: str, found: dict[str, Pattern]) -> None:
    names = {one.name for one in _flat(resolver) if one.name}
    for name in names:
        for possibilities, *_ in resolver.reverse_dict.getlist(name):
            for template, parameters in possibilities:
                known = f"{space}{name}"
                found.setdefault(known, Pattern(known, f"/{prefix}{template}", tuple(parameters)))
    for inner, (before, below) in resolver.namespace_dict.items():
        _collect(below, f"{space}{inner}:", prefix + before, found)


def _flat(resolver: URLResolver) -> Iterable[URLPattern]:
    """The patterns of a resolver and of what it includes without a namespace."""
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            yield one
        elif not one.namespace:
            yield from _flat(one)


@dataclass
class Places:
    """What was seen so far, by person and name of the address."""

    patterns: list[Pattern] = field(default_factory=patterns)
    addresses: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    forms: dict[tuple[str, str], list[tuple[str, Form]]] = field(default_factory=lambda: defaultdict(list))
    values: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    read: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """The names of the pages that each person could open."""
    queries: set[str] = field(default_factory=lambda: set(QUERY_NAMES))

    def note(self, who: str, url: str) -> str:
        """Keep an address that somebody was led to. Gives its name, or "" where no pattern knows it."""
        parts = urlsplit(url)
        self.queries |= {name for name, _ in parse_qsl(parts.query) if re.fullmatch(r"[\w.-]{1,40}", name)}
        try:
            match = resolve(parts.path)
        except Resolver404:
            return ""
        name = match.view_name or ""
        for key, value in match.kwargs.items():
            if str(value) not in self.values[key]:
                self.values[key].append(str(value))
        known = self.addresses[who, name]
        if parts.path not in known and len(known) < PAGES_OF_A_KIND:
            known.append(parts.path)
        return name

    def learn(self, who: str, url: str, html: str) -> list[str]:
        """Read a page: its forms, and the addresses of its links, which are returned."""
        self.read[who].add(self.note(who, url))
        read = Reader(html)
        for form in read.forms:
            action = urlsplit(urljoin(url, form.action)).path if form.action else urlsplit(url).path
            if form.method == "get":
                self.queries |= {name for name in form.controls if name}
                continue
            name = self.note(who, action)
            known = self.forms[who, name]
            if (
                name
                and len(known) < PAGES_OF_A_KIND
                and all(set(form.controls) != set(f.controls) for _, f in known)
            ):
                known.append((action, form))
        found = []
        for _, href in read.links:
            parts = urlsplit(urljoin(url, href))
            if parts.path.startswith("/") and not parts.netloc and parts.scheme in ("", "http"):
                link = f"{parts.path}?{parts.query}" if parts.query else parts.path
                self.note(who, link)
                found.append(link)
        return found


def crawl(places: Places, who: str, get: Any, *, most: int, start: Iterable[str] = ("/",)) -> dict[str, int]:
    """Open pages by their links, at most `PAGES_OF_A_KIND` of a kind. `get(url)` gives (status, location, html).

    Returns status by address.
    """
    seen: dict[str, int] = {}
    kinds: dict[str, int] = defaultdict(int)
    queue = list(start)
    while queue and len(seen) < most:
        url = queue.pop(0)
        kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]+|\d+", "0", url.split("?")[0])
        if (
            url in seen
            or kinds[kind] >= PAGES_OF_A_KIND
            or url.startswith(("/accounts/logout", "/admin/logout"))
        ):
            continue
        kinds[kind] += 1
        status, location, html = get(url)
        seen[url] = status
        if location:
            queue.insert(0, urljoin(url, location).removeprefix("http://testserver"))
        if html:
            queue += [one for one in dict.fromkeys(places.learn(who, url, html)) if one not in seen]
    return seen
