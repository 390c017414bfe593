"""The banner of a company whose net terms are stopped, for every page where it sends, assigns or pays."""

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from assignments.arrears import arrears
from clients.models import Client
from common import clock

register = template.Library()


@register.simple_tag
def arrears_banner(client: Client) -> SafeString:
    """What is past due and what it stops; nothing where nothing is stopped."""
    owed = arrears(client.pk, clock.now())
    if owed is None or not owed.is_stopped:
        return SafeString("")
    return render_to_string("assignments/client/_arrears.html", {"owed": owed})
