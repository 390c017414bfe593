"""The context processor of the page frame: navigation, hat, theme and the unread count.

`common` knows no other room, so the entries are URL names: a name that no room defines is left out, never a
dead link. The unread count comes from whoever registers a function for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

_providers: dict[str, Callable[[Any], int]] = {}


def register(name: str, provider: Callable[[Any], int]) -> None:
    """Let an upper room provide a number for the frame, for example `register("unread", unread_count)`."""
    _providers[name] = provider


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in the navigation: the words, the icon, the URL name, and the name of the page that it leads on to."""

    text: str
    icon: str
    name: str
    leads_to: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry that exists, with its address and whether the reader is inside it."""

    text: str
    icon: str
    url: str
    is_current: bool
    count: int = 0
    """What waits behind it, for the reader."""


NEW = "assignments:new"
WORKER_HOME = Entry("Home", "house", "home", "assignments:worker_home")
MESSAGES = Entry("Messages", "message-square", "assignments:threads")
NAV: dict[str, tuple[Entry, ...]] = {
    "client": (
        Entry("Dashboard", "house", "home", "assignments:dashboard"),
        Entry("Assignments", "briefcase", "assignments:list"),
        Entry("Workers", "users", "clients:workers"),
        Entry("Payment Center", "wallet", "payments:center"),
    ),
    "worker": (
        WORKER_HOME,
        Entry("Find Work", "search", "assignments:find"),
        Entry("My work", "briefcase", "assignments:work"),
        Entry("Schedule", "calendar", "assignments:schedule"),
        Entry("Payment Center", "wallet", "payments:center"),
    ),
}
TABS: dict[str, tuple[Entry, ...]] = {
    "client": (
        Entry("Home", "house", "home", "assignments:dashboard"),
        Entry("Work", "briefcase", "assignments:list"),
        Entry("Create", "plus", NEW),
        Entry("Payments", "wallet", "payments:center"),
        MESSAGES,
    ),
    "worker": (
        WORKER_HOME,
        Entry("Find Work", "search", "assignments:find"),
        Entry("Schedule", "calendar", "assignments:schedule"),
        Entry("Payments", "wallet", "payments:center"),
        MESSAGES,
    ),
}
ACCOUNT: dict[str, tuple[Entry, ...]] = {
    "": (
        Entry("Profile", "user", "accounts:profile"),
        Entry("Your data", "shield-check", "accounts:own_data"),
    ),
    "client": (
        Entry("Profile", "user", "accounts:profile"),
        Entry("Company", "building-2", "clients:company"),
        Entry("Team", "users", "clients:team"),
        Entry("Talent pools", "handshake", "clients:pools"),
        Entry("Customers", "bookmark", "clients:customers"),
        Entry("Locations", "map-pin", "clients:locations"),
        Entry("Notification settings", "bell", "notifications:preferences"),
        Entry("Your data", "shield-check", "accounts:own_data"),
    ),
    "worker": (
        Entry("Profile", "user", "accounts:profile"),
        Entry("My work", "briefcase", "assignments:work"),
        Entry("Scorecard", "star", "assignments:scorecard"),
        Entry("Talent pools", "handshake", "clients:my_pools"),
        Entry("Vendor", "building-2", "workers:vendor"),
        Entry("Notification settings", "bell", "notifications:preferences"),
        Entry("Your data", "shield-check", "accounts:own_data"),
    ),
}
SEARCH = {"client": "assignments:list", "worker": "assignments:find"}
THEMES = (("system", "Device", "monitor"), ("light", "Light", "sun"), ("dark", "Dark", "moon"))


def address(name: str) -> str:
    """The address of a URL name, or an empty string when no room defines it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


class Shell:
    """What base.html draws around a page; each part is computed when asked for, at most once."""

    themes = THEMES

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def user(self) -> Any:
        """The signed-in person, or None."""
        user = getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def hat(self) -> str:
        """ "client", "worker", or "" for a visitor and for somebody who has not chosen."""
        return str(getattr(self.user, "hat", "") or "")

    @cached_property
    def theme(self) -> str:
        """ "light" or "dark" as chosen by the person (or the browser's cookie), "system" otherwise."""
        chosen = getattr(self.user, "theme", "") or self._request.COOKIES.get("theme", "")
        return chosen if chosen in ("light", "dark") else "system"

    @cached_property
    def shortcuts(self) -> bool:
        """Whether single-key shortcuts are on (WCAG 2.1.4: they can be switched off)."""
        return bool(getattr(self.user, "shortcuts", False))

    @property
    def asks_second_factor(self) -> bool:
        """Whether platform admins must have a second factor; the local demo is exempt, and says so."""
        return bool(settings.ONSITE_STAFF_MFA)

    @cached_property
    def nav(self) -> list[Link]:
        return self._links(NAV.get(self.hat, ()))

    @cached_property
    def tabs(self) -> list[Link]:
        entries = TABS.get(self.hat, ())
        return self._links(tuple(e for e in entries if e.name != NEW or self.may_create))

    @cached_property
    def account(self) -> list[Link]:
        return self._links(ACCOUNT.get(self.hat, ACCOUNT[""])) if self.user else []

    @cached_property
    def search(self) -> str:
        return address(SEARCH[self.hat]) if self.hat in SEARCH else ""

    @cached_property
    def create(self) -> str:
        return address(NEW) if self.hat == "client" and self.may_create else ""

    @cached_property
    def may_create(self) -> bool:
        """Whether the person's role creates assignments; True without a provider."""
        provider = _providers.get("creates")
        return bool(provider(self.user)) if provider and self.user else True

    @cached_property
    def messages(self) -> str:
        return address(MESSAGES.name) if self.hat else ""

    @cached_property
    def bell(self) -> str:
        return address("notifications:list") if self.user else ""

    @cached_property
    def unread(self) -> int:
        """Unread notices of the signed-in person; 0 without a provider."""
        provider = _providers.get("unread")
        return provider(self.user) if provider and self.user else 0

    @cached_property
    def unread_messages(self) -> int:
        """Unread messages of the signed-in person; 0 without a provider."""
        provider = _providers.get("messages")
        return provider(self.user) if provider and self.user else 0

    def _links(self, entries: tuple[Entry, ...]) -> list[Link]:
        found = [(entry, url) for entry in entries if (url := address(entry.name))]
        inside = [(self._depth(entry, url), url) for entry, url in found]
        depth, current = max(inside, default=(0, ""))
        return [
            Link(entry.text, entry.icon, url, bool(depth) and url == current, self._count(entry))
            for entry, url in found
        ]

    def _count(self, entry: Entry) -> int:
        return self.unread_messages if entry is MESSAGES else 0

    def _depth(self, entry: Entry, url: str) -> int:
        """How deep the reader is inside an entry: the length of the address that the page's own begins with."""
        path = self._request.path
        places = (url, address(entry.leads_to))
        return max(
            (len(one) for one in places if path == one or (len(one) > 1 and path.startswith(one))), default=0
        )


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell` is the whole frame; `hat`, `theme`, `unread` are its parts for pages."""
    frame = Shell(request)
    return {
        "shell": frame,
        "hat": lambda: frame.hat,
        "theme": lambda: frame.theme,
        "unread": lambda: frame.unread,
    }
