"""What the history of uploads, templates and recurrences can tell, and what people are told of (domain.md 7.2)."""

from typing import Final

from notifications.kinds import Kind

GROUP: Final = "Drafts made for you"
KINDS: Final = {
    kind.kind: kind
    for kind in (
        Kind("upload.received", "CSV file uploaded", "upload"),
        Kind("upload.started", "Creating drafts started", "play"),
        Kind("upload.finished", "CSV upload finished", "circle-check", is_told=True),
        Kind("upload.cancelled", "CSV upload stopped", "ban", is_told=True),
        Kind("template.saved", "Template saved", "bookmark"),
        Kind("template.changed", "Template changed", "pencil"),
        Kind("template.deleted", "Template deleted", "trash-2"),
        Kind("recurrence.set", "Repetition set", "calendar-clock"),
        Kind("recurrence.drafted", "Drafts made by repetition", "plus", is_told=True),
        Kind("recurrence.paused", "Repetition paused", "pause", is_told=True),
        Kind("recurrence.resumed", "Repetition goes on", "play"),
        Kind("recurrence.ended", "Repetition ended", "calendar-x", is_told=True),
    )
}
