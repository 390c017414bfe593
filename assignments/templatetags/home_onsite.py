"""What rooms above add to the worker's home: the money line, without assignments knowing payments."""

from collections.abc import Callable
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

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
    drawn = [render_to_string(*found) for box in _boxes if (found := box(worker)) is not None]
    return mark_safe("".join(drawn))  # noqa: S308 (joined from escaping templates)
