"""The history of an assignment as one viewer may read it: for the tab, and for what takes it along as a document."""

from html import unescape
from typing import Final

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.html import strip_tags

from assignments.queries import Seen
from timeline.models import Entry
from timeline.presenters import present
from timeline.queries import entries_of

OF_FORMER_WORKER: Final = ("assignment.unassigned", "assignment.backed_out")


def readable(view: Seen) -> QuerySet[Entry]:
    """The entries that the viewer may read, oldest first: a worker those since being assigned (decisions.md D10)."""
    viewer = {"client": "client", "worker": "worker"}.get(view.side, "staff")
    entries = entries_of("assignment", view.row.pk, viewer=viewer)
    if view.side == "worker" and view.row.assigned_at:
        entries = entries.filter(at__gte=view.row.assigned_at)
        # a standby steps in at the instant at which the former worker left: why is not the standby's to read
        entries = entries.exclude(kind__in=OF_FORMER_WORKER, at=view.row.assigned_at)
    return entries


def sentence(entry: Entry, zone: str) -> str:
    """What the page says of an entry, as plain text with times in `zone`. Load the entry with its actor."""
    shown = present(entry)
    context = {"entry": entry, "facts": shown.facts, "actor_name": shown.actor_name, "tz": zone}
    return plain(render_to_string(shown.template, context))


def plain(markup: str) -> str:
    """The words of a piece of a page."""
    return " ".join(unescape(strip_tags(markup)).split())
