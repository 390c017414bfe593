"""How long a sign-in lasts, and where somebody is signed in (quality.md 3, row 12; ASVS 5.0, 7.3.1, 7.3.2, 7.5.2).

Two limits: without use (shorter for platform admins), and in all. Both are kept in the session itself, so that a stolen
cookie dies with them; django-allauth's usersessions keeps the list that people see.
"""

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, Final

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from common import clock

STARTED: Final = "started"
SEEN: Final = "seen"
"""Session keys: when the person signed in and when a page was last asked for, in seconds since 1970."""
NOTED_EVERY: Final = timedelta(minutes=5)
"""So rarely the last use is written: a page costs no write."""
NOT_USE: Final = frozenset({"healthz", "readyz", "manifest", "service_worker"})
"""What browsers and monitors fetch by themselves, without asking who is there."""

_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
_BROWSERS: Final = (
    (r"Edg(e|A|iOS)?/", "Edge"),
    (r"OPR/", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"(Firefox|FxiOS)/", "Firefox"),
    (r"(Chrome|CriOS|Chromium)/", "Chrome"),
    (r"Safari/", "Safari"),
)


@receiver(user_logged_in)
def begin(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    """Both clocks start at every sign-in, whichever way it was done."""
    request.session[STARTED] = request.session[SEEN] = clock.now().timestamp()


class SessionLimitMiddleware:
    """Ends a session that was not used for too long, or is too old; notes the last use every five minutes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        match = request.resolver_match
        if (match is not None and match.view_name in NOT_USE) or SESSION_KEY not in request.session:
            return
        if not isinstance(request.user, User):
            return
        now = clock.now().timestamp()
        started, seen = request.session.get(STARTED), request.session.get(SEEN)
        if started is None or seen is None:
            request.session[STARTED] = request.session[SEEN] = started = seen = now
        if why := over(request.user, started=started, seen=seen, now=now):
            UserSession.objects.filter(session_key=request.session.session_key).delete()
            logout(request)
            messages.info(request, why)
        elif now - seen > NOTED_EVERY.total_seconds():
            request.session[SEEN] = now
            note(request)


def limits(user: User) -> tuple[timedelta, timedelta]:
    """How long this person may stay away, and how long a sign-in lasts in all (ONSITE_SESSION_IDLE_HOURS,
    ONSITE_STAFF_IDLE_HOURS, ONSITE_SESSION_DAYS)."""
    hours = settings.ONSITE_STAFF_IDLE_HOURS if user.is_staff else settings.ONSITE_SESSION_IDLE_HOURS
    return timedelta(hours=hours), timedelta(days=settings.ONSITE_SESSION_DAYS)


def over(user: User, *, started: float, seen: float, now: float) -> str:
    """Why the session has ended, as the reader is told; "" while it lasts."""
    idle, longest = limits(user)
    if now - seen > idle.total_seconds():
        return f"You were signed out after {words(idle)} without use. Sign in again."
    if now - started > longest.total_seconds():
        return f"You were signed out: a sign-in lasts {words(longest)}. Sign in again."
    return ""


def words(span: timedelta) -> str:
    hours = int(span.total_seconds()) // 3600
    number, word = (hours // 24, "day") if hours % 24 == 0 and hours > 24 else (hours, "hour")
    return f"{number} {word}{'' if number == 1 else 's'}"


def note(request: HttpRequest) -> None:
    """Write the last use, with the address and browser of now, into the row of this session."""
    longest = UserSession._meta.get_field("user_agent").max_length
    UserSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": request.user,
            "ip": get_adapter().get_client_ip(request),
            "user_agent": request.headers.get("User-Agent", "")[:longest],
            "last_seen_at": clock.now(),
        },
    )


def end_all(users: Iterable[User]) -> int:
    """Sign these people out everywhere; returns how many sessions that were (ASVS 5.0, 7.4.5)."""
    rows = list(UserSession.objects.filter(user__in=users))
    for row in rows:
        row.end()
    return len(rows)


def device_words(user_agent: str) -> str:
    """A browser as people call it: "Firefox on Windows". Told by itself, so a guess and no proof."""
    browser = next((name for pattern, name in _BROWSERS if re.search(pattern, user_agent)), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return " on ".join(part for part in (browser or "A browser", system) if part)
