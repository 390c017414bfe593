"""What Onsite decided, for everybody: no sign-in, no names (docs/money/disputes.md)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from payments import queries
from payments.states import Ground
from payments.views.base import pages

PER_PAGE = 20


@require_safe
def precedents(request: HttpRequest) -> HttpResponse:
    """Published decisions, newest first, by ground and words."""
    ground = request.GET.get("ground", "")
    text = request.GET.get("q", "")[:100]
    listed, pager = pages(
        queries.precedents(ground, text), request, "published_at", falling=True, per_page=PER_PAGE
    )
    context = {
        "listed": listed,
        "grounds": Ground.choices,
        "ground": ground if ground in Ground.values else "",
        "q": text,
        "page": pager,
    }
    return render(request, "payments/precedents.html", context)
