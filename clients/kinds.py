"""What a company's history can tell. Facts hold ids, roles and amounts, never addresses of people (D17)."""

from typing import Final

from notifications.kinds import Kind

GROUP: Final = "Company"
POOLS: Final = "Talent pools"
KINDS: Final = {
    kind.kind: kind
    for kind in (
        Kind("client.created", "Company created", "building-2"),
        Kind("client.changed", "Company settings changed", "pencil"),
        Kind("client.member_invited", "Colleague invited", "mail"),
        Kind("client.invite_withdrawn", "Invitation withdrawn", "circle-x"),
        Kind("client.member_joined", "Colleague joined", "user-plus", is_told=True),
        Kind(
            "client.member_role_changed",
            "Role or budget changed",
            "shield-check",
            is_told=True,
            must_have=True,
        ),
        Kind("client.member_deactivated", "Colleague removed", "user-x", is_told=True, must_have=True),
        Kind("client.customer_saved", "Customer saved", "bookmark"),
        Kind("client.project_saved", "Project saved", "bookmark"),
        Kind("client.location_saved", "Location saved", "map-pin"),
        Kind("client.requirements_saved", "Requirement set saved", "list-checks"),
        Kind("client.agreement_saved", "Agreement saved", "file-text"),
        Kind("client.agreement_signed", "Agreement signed", "pencil"),
        Kind("client.test_saved", "Test saved", "graduation-cap"),
        Kind("client.test_recorded", "Test result recorded", "graduation-cap", is_told=True),
        Kind("client.consent_given", "Worker may be assigned directly", "handshake", is_told=True),
        Kind("client.consent_withdrawn", "Worker no longer assigned directly", "circle-x", is_told=True),
        Kind("client.pool_saved", "Pool saved", "users"),
        Kind("client.pool_member_added", "Workers put into a pool", "user-plus"),
        Kind("client.pool_invited", "Invited into a pool", "mail", is_told=True, group=POOLS),
        Kind("client.pool_joined", "Joined a pool", "user-check", is_told=True, group=POOLS),
        Kind("client.pool_requested", "Asks to be let into a pool", "hourglass", is_told=True, group=POOLS),
        Kind("client.pool_approved", "Let into a pool", "user-check", is_told=True, group=POOLS),
        Kind("client.pool_declined", "Request for a pool declined", "ban", is_told=True, group=POOLS),
        Kind("client.pool_invitation_declined", "Invitation into a pool declined", "user-x"),
        Kind("client.pool_left", "Left a pool", "user-x"),
        Kind("client.pool_removed", "Taken out of a pool", "user-x", is_told=True, group=POOLS),
        Kind("client.pool_message_posted", "Message to a pool", "message-square", is_told=True, group=POOLS),
        Kind("client.worker_blocked", "Worker blocked", "ban"),
        Kind("client.worker_unblocked", "Block lifted", "circle-check"),
        Kind("client.terms_set", "Terms limit set", "scale", is_told=True),
    )
}
