"""Whether this portal has a payment provider, for the tabs of the Payment Center."""

from django import template

from payments.gateway.provider import configured

register = template.Library()


@register.simple_tag
def takes_online() -> bool:
    """True where clients can add funds online."""
    return configured() is not None
