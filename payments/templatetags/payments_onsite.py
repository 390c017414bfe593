"""What pages of the rooms below show of payments."""

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from clients.models import Client
from common import clock
from payments.queries import client_figures

register = template.Library()


@register.simple_tag
def client_money(client: Client) -> SafeString:
    """The Payment Center in four figures, for the dashboard of those who handle money."""
    context = {"figures": client_figures(client, clock.now())}
    return mark_safe(render_to_string("payments/_client_summary.html", context))  # noqa: S308 (escaping template)
