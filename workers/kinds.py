"""What the history of a worker's profile can tell. Facts name fields, never the words in them (D17)."""

from typing import Final

from notifications.kinds import Kind

GROUP: Final = "Profile and proofs"
VENDOR: Final = "Vendor"
KINDS: Final = {
    kind.kind: kind
    for kind in (
        Kind("worker.joined", "Became a worker", "user-plus"),
        Kind("worker.profile_changed", "Profile changed", "pencil"),
        Kind("worker.hours_changed", "Weekly hours changed", "calendar"),
        Kind("worker.time_off_added", "Time off added", "calendar-x"),
        Kind("worker.time_off_removed", "Time off removed", "calendar"),
        Kind("worker.feed_made", "Calendar address made", "calendar"),
        Kind("worker.feed_revoked", "Calendar address closed", "ban"),
        Kind("worker.client_blocked", "Company blocked", "ban"),
        Kind("worker.client_unblocked", "Block lifted", "circle-check"),
        Kind("worker.evidence_added", "Proof added", "upload"),
        Kind("worker.evidence_shown", "Proof shown or hidden", "eye"),
        Kind("worker.evidence_removed", "Proof removed", "trash-2"),
        Kind("worker.evidence_accepted", "Proof accepted", "badge-check", is_told=True),
        Kind("worker.evidence_rejected", "Proof not accepted", "circle-x", is_told=True),
        Kind("worker.evidence_expiring", "Proof runs out soon", "calendar-clock", is_told=True),
        Kind("worker.vendor_founded", "Vendor founded", "building-2"),
        Kind("worker.vendor_invited", "Invited into a vendor", "mail", is_told=True, group=VENDOR),
        Kind("worker.vendor_joined", "Joined a vendor", "user-plus", is_told=True, group=VENDOR),
        Kind("worker.vendor_declined", "Invitation into a vendor declined", "user-x"),
        Kind("worker.vendor_left", "Left a vendor", "user-x"),
        Kind("worker.vendor_removed", "Taken out of a vendor", "user-x", is_told=True, group=VENDOR),
        Kind(
            "worker.vendor_role_changed",
            "Role in the vendor changed",
            "shield-check",
            is_told=True,
            group=VENDOR,
        ),
    )
}
