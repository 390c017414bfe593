"""Tags of assignment pages: amounts, request states, the way there, and what upper rooms add to the page."""

from collections.abc import Callable
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from assignments.models import Application, Assignment
from assignments.outline import place
from assignments.promise import on_terms_of, promise
from assignments.queries import Seen
from assignments.routing import sent_to
from assignments.sharing import token
from assignments.states import RequestState, State
from common.money import Money
from common.templatetags import onsite

register = template.Library()

Extra = Callable[[Seen], tuple[str, dict[str, Any]] | None]
_extras: dict[str, list[Extra]] = {"alerts": [], "money": [], "rail": [], "before": []}


def add_to_page(place: str, extra: Extra) -> None:
    """Let an upper room add a box to the assignment page: `place` is "alerts", "money", "rail" (its end), or "before"
    (on the pages where a worker confirms and submits). The function gives a template and its context, or None: so the
    page shows invoices and disputes without knowing payments."""
    _extras[place].append(extra)


def _drawn(place: str, seen: Seen) -> SafeString:
    boxes = [box for extra in _extras[place] if (box := extra(seen)) is not None]
    return format_html_join("", "{}", ((render_to_string(*box),) for box in boxes))


@register.simple_tag
def assignment_alerts(seen: Seen) -> SafeString:
    """What rooms above say under the next card (an open dispute, a long approval)."""
    return _drawn("alerts", seen)


@register.simple_tag
def assignment_money(seen: Seen) -> SafeString:
    """What rooms above add to the rail (the invoice, the receivable)."""
    return _drawn("money", seen)


@register.simple_tag
def assignment_rail(seen: Seen) -> SafeString:
    """What rooms above add at the end of the rail (the way to the proof pack)."""
    return _drawn("rail", seen)


@register.simple_tag
def assignment_before(seen: Seen) -> SafeString:
    """What a worker should know before confirming or submitting (FastFunds by itself)."""
    return _drawn("before", seen)


@register.simple_tag
def amount(minor: int, currency: str) -> SafeString:
    """An amount that is a column of minor units."""
    return onsite.money(Money(minor, currency))


STATE_KINDS = {
    RequestState.OPEN: ("warn", "hourglass"),
    RequestState.APPROVED: ("ok", "circle-check"),
    RequestState.DECLINED: ("bad", "ban"),
    RequestState.WITHDRAWN: ("info", "undo-2"),
    RequestState.CLOSED: ("info", "ban"),
}


@register.simple_tag
def request_state(request: Any) -> SafeString:
    """The state of a request as a label."""
    state = RequestState(request.state)
    kind, icon = STATE_KINDS[state]
    return onsite.label(kind, state.label, icon)


@register.simple_tag
def pay_promise(row: Assignment, side: str, offer: Application | None = None) -> SafeString:
    """Who pays what and when, on the row's terms or on those of an offer that is looked at (N1)."""
    shown = on_terms_of(row, offer) if offer else row
    context = {"promise": promise(shown, side), "row": row, "link": True}
    return render_to_string("assignments/_promise.html", context)


@register.simple_tag(takes_context=True)
def routing_box(context: Any, seen: Seen) -> SafeString:
    """For the client's own people while it is Available: who was asked so far, and the waves still to come."""
    if seen.side != "client" or seen.row.state != State.SENT:
        return SafeString("")
    shown = {"sent_to": sent_to(seen.row), "row": seen.row, "verbs": seen.verbs}
    request = context.get("request")
    return render_to_string("assignments/client/_sent_to.html", shown, request)


@register.simple_tag(takes_context=True)
def share_box(context: Any, seen: Seen) -> SafeString:
    """For the client's own people: the short address of the page, to be copied by hand."""
    request = context.get("request")
    if seen.side != "client" or request is None:
        return SafeString("")
    link = request.build_absolute_uri(reverse("assignments:share", args=[token(seen.row.pk)]))
    return render_to_string("assignments/client/_share.html", {"link": link})


@register.simple_tag
def directions(seen: Seen) -> str:
    """A link to the way there, for viewers who may know the place; empty without coordinates."""
    site = seen.site
    if site is None or site.lat is None or site.lon is None or not settings.MAP_DIRECTIONS_URL:
        return ""
    return str(settings.MAP_DIRECTIONS_URL).format(lat=site.lat, lon=site.lon)


@register.simple_tag
def outline_map(seen: Seen) -> SafeString:
    """A pin on the bundled outline of the US states: rounded coordinates before assignment, exact ones after."""
    row = seen.row
    if row.country != "US" or row.area_lat is None or row.area_lon is None:
        return SafeString("")
    point = place(row.area_lat, row.area_lon)
    if point is None:
        return SafeString("")
    context = {"point": point, "name": row.site_name, "exact": "street" in seen.sight}
    return render_to_string("assignments/_map.html", context)
