"""Boxes of a worker's public profile that rooms above draw (scorecard, ratings): this room shows them unread."""

from collections.abc import Callable
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from workers.models import Worker

Panel = Callable[[Worker], tuple[str, dict[str, Any]] | None]

_panels: list[Panel] = []


def register(panel: Panel) -> None:
    """Let an upper room add a box. The function gives a template and its context, or None for no box."""
    _panels.append(panel)


def drawn(worker: Worker) -> SafeString:
    """The boxes in the order of registration."""
    html = "".join(render_to_string(*found) for panel in _panels if (found := panel(worker)) is not None)
    return mark_safe(html)  # noqa: S308 (joined from escaping templates)
