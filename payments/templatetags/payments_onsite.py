"""What pages of the rooms below show of payments."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from clients.models import Client
from clients.queries import membership_once
from common import clock
from payments import policies
from payments.queries import client_figures

register = template.Library()


@register.simple_tag
def client_money(client: Client) -> SafeString:
    """The Payment Center in four figures, for the dashboard of those who handle money."""
    context = {"figures": client_figures(client, clock.now())}
    return render_to_string("payments/_client_summary.html", context)


@register.simple_tag(takes_context=True)
def may_read_reports(context: Any) -> bool:
    """Whether the reader's role opens the company's reports: for the tab that leads there."""
    request = context.get("request")
    user = getattr(request, "user", None)
    return isinstance(user, User) and policies.reads_reports(membership_once(user))
