"""What rooms above add to the worker's home: the money line, without assignments knowing payments."""

from collections.abc import Callable
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from workers.models import Worker

register = template.Library()

Box = Callable[[Worker], tuple[str, dict[str, Any]] | None]
_boxes: list[Box] = []


def add_to_worker_home(box: Box) -> None:
    """Let an upper room draw a box on the worker's home. The function gives a template and its context, or None."""
    _boxes.append(box)


@register.simple_tag
def worker_money(worker: Worker) -> SafeString:
    """The boxes of the rooms above, in the order in which they came."""
    found = [one for box in _boxes if (one := box(worker)) is not None]
    return format_html_join("", "{}", ((render_to_string(*one),) for one in found))
