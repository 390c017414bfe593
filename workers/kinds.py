"""What the history of a worker's profile can tell. Facts name fields, never the words in them (D17)."""

from typing import Final

KINDS: Final = {
    "worker.joined": ("Became a worker", "user-plus"),
    "worker.profile_changed": ("Profile changed", "pencil"),
    "worker.hours_changed": ("Weekly hours changed", "calendar"),
    "worker.client_blocked": ("Company blocked", "ban"),
    "worker.client_unblocked": ("Block lifted", "circle-check"),
}
"""Kind -> title and icon."""
