"""The tags that pages are made of. Each draws one template of templates/components/, trimmed for a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, Field
from django.template.loader import get_template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from common import clock
from common import when as words
from common.money import Money, format_money

register = template.Library()


@dataclass(frozen=True, slots=True)
class StageWord:
    """How a stage is called and coloured (mission.md)."""

    text: str
    css: str


STAGES: dict[str, StageWord] = {
    "draft": StageWord("Draft", "draft"),
    "sent": StageWord("Available", "sent"),
    "assigned": StageWord("Assigned", "assigned"),
    "in_progress": StageWord("In Progress", "progress"),
    "on_hold": StageWord("On Hold", "hold"),
    "pending_approval": StageWord("Pending Approval", "pending"),
    "approved": StageWord("Approved", "approved"),
    "paid": StageWord("Paid", "paid"),
    "cancelled": StageWord("Cancelled", "void"),
    "disputed": StageWord("Disputed", "dispute"),
}
SENT_TO_CLIENT = StageWord("Sent", "sent")
LABEL_KINDS: dict[str, str] = {
    "bad": "circle-alert",
    "warn": "triangle-alert",
    "info": "info",
    "ok": "circle-check",
}


def _draw(component: str, **context: Any) -> SafeString:
    html = get_template(f"components/{component}.html").render(context)
    return mark_safe(html.strip())  # noqa: S308 (drawn by an escaping template)


@lru_cache(maxsize=2048)
def _drawn_once(component: str, words: tuple[tuple[str, Any], ...]) -> SafeString:
    return _draw(component, **dict(words))


def _kept(component: str, **context: Any) -> SafeString:
    """`_draw` for small parts that a page repeats by the hundred: the same words are drawn once in a process.

    While templates are being edited they are drawn anew.
    """
    if settings.DEBUG:
        return _draw(component, **context)
    return _drawn_once(component, tuple(context.items()))


def stage_word(state: str, viewer: str = "") -> StageWord:
    """Text and colour of a stage; the client's lists call Available "Sent". KeyError for an unknown stage."""
    return SENT_TO_CLIENT if viewer == "client" and str(state) == "sent" else STAGES[str(state)]


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite: decoration, or an image with a name when `label` is given."""
    return _kept("_icon", name=name, label=label)


@register.simple_tag
def stage(state: str, viewer: str = "") -> SafeString:
    """The stage badge."""
    return _kept("_stage", word=stage_word(state, viewer))


@register.simple_tag
def label(kind: str, text: str, icon_name: str = "") -> SafeString:
    """A label beside the stage; `kind` is bad, warn, info or ok. Raises KeyError for another kind."""
    return _kept("_label", kind=kind, text=text, icon_name=icon_name or LABEL_KINDS[kind])


def labels_cell(labels: Sequence[Any]) -> SafeString:
    """The labels (kind, text, icon) of a table's row in a line of their own; nothing for none."""
    if not labels:
        return SafeString()
    drawn = format_html_join("", "{}", ((label(one.kind, one.text, one.icon),) for one in labels))
    return format_html('<div class="lab">{}</div>', drawn)


@register.simple_tag
def money(value: Money | None, sign: bool | str = False) -> SafeString:
    """An amount with a real minus; nothing to show is a dash.

    `sign=True` shows a plus too; `sign="cost"` also colours it: more is bad, less is good.
    """
    text = format_money(value, sign=bool(sign)).replace("-", "−") if value is not None else ""
    return _draw("_money", text=text, trend=_trend(value) if sign == "cost" else "")


def _trend(value: Money | None) -> str:
    if value is None or not value.minor:
        return ""
    return "up" if value.minor > 0 else "down"


@register.simple_tag(name="when")
def when_tag(moment: datetime | None, tz: str = "", short: bool = False, own: str = "") -> SafeString:
    """An instant in the site's zone and how far it is. `own`: the reader's zone, added when it differs."""
    if moment is None:
        return _draw("_when")
    text = words.instant(moment, tz)
    mine = words.instant(moment, own) if own else text
    return _draw(
        "_when",
        moment=moment,
        text=text,
        own=mine if mine != text else "",
        relative="" if short else words.relative(moment, clock.now()),
    )


@register.simple_tag
def whenrange(start: datetime, end: datetime, tz: str = "") -> SafeString:
    """From one instant to another in the site's zone."""
    return _draw("_when", moment=start, text=words.instant_range(start, end, tz))


@register.simple_tag(name="day")
def day_tag(value: date | None) -> SafeString:
    """A date: "Dec 30"."""
    return _draw("_when", moment=value, text=words.day(value) if value else "", is_date=True)


@register.simple_tag(name="minutes")
def minutes_tag(total: int | None) -> str:
    """A length of time: "2 h 15 min"."""
    return "" if total is None else words.minutes(total)


@register.simple_tag(name="miles")
def miles_tag(distance: float | None) -> str:
    """A straight-line distance: "14 mi"."""
    return "" if distance is None else words.miles(distance)


@register.simple_tag(name="relative")
def relative_tag(moment: datetime | None) -> SafeString:
    """How far an instant is: "in 7 days"."""
    return _draw("_when", moment=moment, text=words.relative(moment, clock.now()) if moment else "")


@register.simple_tag
def first_input_id(field: BoundField) -> str:
    """The id that a link from the error summary jumps to: of a group of inputs, the first."""
    if field.id_for_label:
        return str(field.id_for_label)
    inner = [widget.data["attrs"].get("id") for widget in field.subwidgets]
    first = next((one for one in inner if one and one != field.auto_id), None)
    return str(first or f"{field.auto_id}_0")


CHOOSING = ("select", "radioselect", "selectmultiple", "checkboxselectmultiple", "clearablefile", "file")
NO_OPTION = "Choose one of the options"


@register.filter
def sentences(field: BoundField) -> list[str]:
    """The field's errors as instructions; Django's general ones are said with the field's label."""
    return [
        _instruction(field, error.code or "", str(message))
        for error in field.errors.as_data()
        for message in error.messages
    ]


def _instruction(field: BoundField, code: str, message: str) -> str:
    words_of_label = _lower_first(str(field.label))
    if code == "required" and message == str(Field.default_error_messages["required"]):
        if field.widget_type == "checkbox":
            return f"Tick the box to go on: {field.label}"
        return f"{'Choose' if field.widget_type in CHOOSING else 'Enter'} {words_of_label}"
    if code == "invalid_choice" and message.startswith("Select a valid choice."):
        return f"{NO_OPTION} for {words_of_label}"
    return message


def _lower_first(label_text: str) -> str:
    """ "Start date" -> "start date", but "ZIP code" and "IBAN" stay."""
    return label_text if label_text[1:2].isupper() else label_text[:1].lower() + label_text[1:]


@register.filter
def is_kind(field: BoundField, kinds: str) -> bool:
    """Whether the field's widget is of one of these types, comma separated: "checkbox,clearablefile"."""
    return field.widget_type in kinds.split(",")


@register.filter
def initials(name: str) -> str:
    """ "MO" of "Marcus Obi", for an avatar."""
    parts = [part for part in str(name).split() if part[:1].isalnum()]
    return "".join(part[0] for part in [*parts[:1], *parts[1:][-1:]]).upper()
