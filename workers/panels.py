"""Boxes of a worker's public profile that rooms above draw (scorecard, ratings): this room shows them unread."""

from collections.abc import Callable
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from workers.models import Worker

Panel = Callable[[Worker], tuple[str, dict[str, Any]] | None]

_panels: list[Panel] = []


def register(panel: Panel) -> None:
    """Let an upper room add a box. The function gives a template and its context, or None for no box."""
    _panels.append(panel)


def drawn(worker: Worker) -> SafeString:
    """The boxes in the order of registration."""
    found = [box for panel in _panels if (box := panel(worker)) is not None]
    return format_html_join("", "{}", ((render_to_string(*box),) for box in found))
