"""Words for the sentences of the timeline and the mails of assignments."""

from datetime import datetime
from typing import Any

from django import template

from assignments.models import Assignment, Site
from assignments.states import (
    BackOutReason,
    CancelReason,
    HoldReason,
    MoneyKind,
    ProblemKind,
    Severity,
    UnassignReason,
)
from common import when
from notifications.mail import absolute

register = template.Library()

_WORDS = {
    value: str(label)
    for choices in (HoldReason, UnassignReason, CancelReason, BackOutReason, MoneyKind)
    for value, label in choices.choices
}
_SHORT = {
    "start_at": "start",
    "window_end_at": "end of the window",
    "price_minor": "price",
    "extra_price_minor": "rate after the first hours",
    "max_minutes": "most hours paid",
    "extra_max_minutes": "most hours at that rate",
    "deliverables_due_at": "time for the deliverables",
    "schedule_kind": "kind of schedule",
    "pricing_type": "kind of price",
}


@register.filter
def said(code: str) -> str:
    """The words of a stored reason or kind of money; a text without words of its own stays."""
    return _WORDS.get(code, code)


_PROBLEMS = {str(value): str(label) for value, label in (*ProblemKind.choices, *Severity.choices)}


@register.filter
def problem_said(code: str) -> str:
    """The words of a kind of problem or of its severity."""
    return _PROBLEMS.get(code, code)


@register.filter
def lowered(text: str) -> str:
    """A label in the middle of a sentence: "Budget increase" -> "budget increase", but "VPN" stays."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


@register.filter
def at_site(moment: Any, zone: str) -> str:
    """An instant as plain text in the site's time zone, for mails; empty for none."""
    return when.instant(moment, zone) if isinstance(moment, datetime) else ""


@register.filter
def absolute_url(path: str) -> str:
    """The full address of a page, for mails."""
    return absolute(path)


@register.filter
def columns(names: list[str]) -> str:
    """The details that changed, as words: "price, start and title"."""
    words = [_column(name) for name in names]
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def _column(name: str) -> str:
    if name in _SHORT:
        return _SHORT[name]
    for model in (Site, Assignment):
        known = {field.name: field for field in model._meta.get_fields() if hasattr(field, "verbose_name")}
        if name in known:
            return str(known[name].verbose_name)
    return name
