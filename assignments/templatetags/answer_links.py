"""The link in a mail that answers an order of extra work (assignments/answering.py)."""

from django import template
from django.urls import reverse

from assignments.answering import token_of
from assignments.models import AnswerLink
from notifications.mail import absolute

register = template.Library()


@register.simple_tag
def answer_url(link_id: int) -> str:
    """The full address, made while the mail is written out; empty for a link that is gone."""
    link = AnswerLink.objects.filter(pk=link_id).first()
    return absolute(reverse("assignments:answer_change", args=[token_of(link)])) if link else ""
