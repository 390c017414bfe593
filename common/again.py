"""The page that says "wait a little" and keeps what was typed: the same request again, by one button."""

import re
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.limits import TooMany

NOT_KEPT: Final = ("csrfmiddlewaretoken",)
SECRET: Final = re.compile(r"password", re.IGNORECASE)
"""What is never written into a page: the person types it again."""
SIGN_IN_SECONDS: Final = 60
"""How long the limits of sign-in pages last, at least (ACCOUNT_RATE_LIMITS)."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a form sent: fields to send again, names of what has to be typed again, and whether files were lost."""

    fields: list[tuple[str, str]]
    secrets: list[str]
    had_files: bool


def kept(request: HttpRequest) -> Kept | None:
    """What was typed, or None for a page that sent nothing."""
    if request.method != "POST":
        return None
    pairs = [(name, value) for name, values in request.POST.lists() for value in values]
    fields = [(name, value) for name, value in pairs if name not in NOT_KEPT and not SECRET.search(name)]
    return Kept(fields, [name for name, _ in pairs if SECRET.search(name)], bool(request.FILES))


def too_many(request: HttpRequest, refusal: TooMany | None = None) -> HttpResponse:
    """The page, with `Retry-After` in seconds. Without a refusal: a limit of the sign-in pages."""
    seconds = refusal.seconds if refusal else SIGN_IN_SECONDS
    context = {
        "sentence": refusal.sentence if refusal else "",
        "kept": kept(request),
        "again_url": request.get_full_path(),
    }
    page = render(request, "429.html", context, status=429)
    page["Retry-After"] = str(seconds)
    return page
