"""The form of a draft saves itself (ux.md 6.4): the same post as Save draft, with a header, answered for a script."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.http import HttpRequest, JsonResponse
from django.urls import reverse

from assignments.forms.drafting import DraftForm
from assignments.models import Assignment
from assignments.views.base import user_of
from common import clock
from common.errors import DomainError, Invalid, NotAllowed
from common.when import clock_time, zone

HEADER: Final = "X-Onsite-Auto-Save"


def is_asked(request: HttpRequest) -> bool:
    """Whether the page's script sent the form, not the person."""
    return request.headers.get(HEADER) == "1"


def seen(request: HttpRequest) -> datetime | None:
    """When the draft was changed last as far as the form knows; None when it does not say."""
    try:
        found = datetime.fromisoformat(request.POST.get("seen", ""))
    except ValueError:
        return None
    return found if found.tzinfo else None


def answer(request: HttpRequest, form: DraftForm, run: Callable[[], Assignment]) -> JsonResponse:
    """Save, and say when: {"saved": "9:14 AM", "url", "seen"}; or {"sentence"}: why it was not saved."""
    if not form.is_valid():
        return _said(next((sentence for _, sentence in form.summary()), "Look at the form again."), 422)
    try:
        row = run()
    except DomainError as refused:
        status = 422 if isinstance(refused, Invalid) else 403 if isinstance(refused, NotAllowed) else 409
        return _said(refused.sentence, status)
    local = clock.now().astimezone(zone(user_of(request).time_zone))
    return JsonResponse(
        {
            "saved": clock_time(local),
            "url": reverse("assignments:edit", args=[row.pk]),
            "seen": row.updated_at.isoformat(),
        }
    )


def _said(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"sentence": sentence}, status=status)
