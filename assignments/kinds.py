"""Every kind of entry on an assignment's timeline: its words, its icon, its verb, and who is told (domain.md 7.2).

Recipients are words that notices.py turns into people. `must_have`: cannot be switched off in the preferences.
"""

from dataclasses import dataclass

OWNER = "owner"  # the owner and the followers
WORKER = "worker"  # the assigned worker
AGENT = "agent"  # the Team Agents of the assigned worker's vendor
OTHER = "other"  # the side that did not act
ASKED = "asked"  # the side whose answer is waited for
APPLICANT = "applicant"  # the worker whose application or question it is
INVITED = "invited"  # the workers asked by name just now
OFFERED = "offered"  # the same, where the first to accept is assigned
LOSERS = "losers"  # applicants for whom it is no longer available
REMOVED = "removed"  # a worker who just left
STANDBY = "standby"  # who is asked to stand by, or does
STOOD_BY = "stood_by"  # who no longer stands by
CONTROLLERS = "controllers"  # the client's money people
ENGAGED = "engaged"  # the worker of a fault record, who may have left

WORK = "Applications and assignment"
SITE = "Site work"
REQUESTS = "Requests and approvals"
TALK = "Messages and questions"
MONEY = "Payments"
FAULTS = "Fault record"


@dataclass(frozen=True, slots=True)
class Kind:
    kind: str
    title: str
    icon: str
    verb: str = ""
    to: tuple[str, ...] = ()
    group: str = WORK
    must_have: bool = False
    must_when: tuple[str, str] = ("", "")
    """A fact and its value with which it reaches its people whatever they switched."""


KINDS: dict[str, Kind] = {
    k.kind: k
    for k in (
        Kind("assignment.created", "Created", "plus", "create"),
        Kind("assignment.deleted", "Draft deleted", "trash-2", "delete"),
        Kind("assignment.edited", "Edited", "pencil", "edit"),
        Kind("assignment.site_edited", "Site details changed", "map-pin", "edit_site", (WORKER,), SITE),
        Kind("assignment.sent", "Sent", "send", "send"),
        Kind("assignment.invited", "Workers invited", "users", "invite", (INVITED,)),
        Kind("assignment.offered", "Offered to the first to accept", "zap", "invite", (OFFERED,)),
        Kind("assignment.wave_cancelled", "Wave cancelled", "ban", "cancel_wave"),
        Kind("assignment.accepted", "Accepted", "user-check", "accept", (OWNER,), WORK, True),
        Kind(
            "assignment.invitation_declined", "Invitation declined", "user-x", "decline_invitation", (OWNER,)
        ),
        Kind("assignment.applied", "Application", "user-check", "apply", (OWNER,)),
        Kind("assignment.counteroffered", "Counteroffer", "zap", "apply", (OWNER,)),
        Kind("assignment.put_forward", "Put forward by a Team Agent", "user-plus", "apply", (APPLICANT,)),
        Kind("assignment.withdrawn", "Application withdrawn", "user-x", "withdraw", (OWNER,)),
        Kind("assignment.declined", "Application declined", "user-x", "decline", (APPLICANT,)),
        Kind("assignment.application_expired", "Offer expired", "calendar-x", "", (APPLICANT, OWNER)),
        Kind("assignment.offers_closed", "Offers closed by new terms", "calendar-x", "", (LOSERS,)),
        Kind(
            "assignment.overridden", "Requirements waived for a worker", "handshake", "override", (APPLICANT,)
        ),
        Kind(
            "assignment.override_withdrawn",
            "Requirements asked again",
            "undo-2",
            "withdraw_override",
            (APPLICANT,),
        ),
        Kind("assignment.expired", "Start passed without a worker", "calendar-x", "", (OWNER,)),
        Kind("assignment.asked", "Question", "circle-question-mark", "ask", (OWNER,), TALK),
        Kind("assignment.answered", "Answer", "message-square", "answer", (APPLICANT,), TALK),
        Kind("assignment.assigned", "Assigned", "user-check", "assign", (WORKER, AGENT, OWNER), WORK, True),
        Kind("assignment.filled", "No longer available", "ban", "", (LOSERS,)),
        Kind("assignment.confirmed", "Confirmed", "circle-check", "confirm", (OWNER,), SITE),
        Kind("assignment.set_out", "On the way", "navigation", "set_out", (OWNER,), SITE),
        Kind("assignment.delay_reported", "Delay", "clock", "report_delay", (OWNER,), SITE),
        Kind("assignment.checked_in", "Checked in", "log-in", "check_in", (OWNER,), SITE),
        Kind("assignment.checked_out", "Checked out", "log-out", "check_out", (OWNER,), SITE),
        Kind("assignment.check_in_edited", "Visit corrected", "pencil", "edit_check_in", (OTHER,), SITE),
        Kind("assignment.visit_explained", "Visit explained", "pencil", "explain_visit", (), SITE),
        Kind(
            "assignment.checked_in_for", "Checked in by the client", "log-in", "check_in_for", (WORKER,), SITE
        ),
        Kind(
            "assignment.checked_out_for",
            "Checked out by the client",
            "log-out",
            "check_out_for",
            (WORKER,),
            SITE,
        ),
        Kind("assignment.check_out_reminded", "Check-out is missing", "bell", "", (WORKER, OWNER), SITE),
        Kind(
            "assignment.site_link_renewed", "Link for the site contact", "link", "renew_site_link", (), SITE
        ),
        Kind("assignment.site_link_revoked", "Link revoked", "ban", "revoke_site_link", (), SITE),
        Kind("assignment.code_given", "Code given by the site contact", "badge-check", "", (), SITE),
        Kind("assignment.label_added", "Label added", "bookmark", "add_label", (OWNER,), SITE),
        Kind("assignment.label_removed", "Label removed", "bookmark", "remove_label", (OWNER,), SITE),
        Kind("assignment.started", "Started", "play", "start", (OWNER, WORKER), SITE),
        Kind("assignment.late", "Late", "clock", "", (OWNER, WORKER), SITE),
        Kind("assignment.not_confirmed", "Worker Not Confirmed", "circle-alert", "", (OWNER, WORKER), SITE),
        Kind("assignment.deliverables_late", "Late Deliverables", "paperclip", "", (OWNER, WORKER), SITE),
        Kind("assignment.held", "Put on hold", "pause", "hold", (WORKER, OWNER), SITE, True),
        Kind(
            "assignment.hold_removed",
            "Hold removed, new date sent",
            "calendar-clock",
            "remove_hold",
            (WORKER, OWNER),
            SITE,
            True,
        ),
        Kind("assignment.hold_reminded", "Reminder: new date", "bell", "", (WORKER,), SITE),
        Kind("assignment.resumed", "New date accepted", "play", "decide_reschedule", (OWNER,), SITE),
        Kind(
            "assignment.resume_declined",
            "New date declined",
            "user-x",
            "decide_reschedule",
            (OWNER, REMOVED),
            SITE,
            True,
        ),
        Kind("assignment.unassigned", "Worker removed", "user-x", "unassign", (REMOVED, OWNER), WORK, True),
        Kind("assignment.backed_out", "Worker cancelled", "user-x", "back_out", (OWNER,), WORK, True),
        Kind("assignment.standby_named", "Asked to stand by", "user-plus", "name_standby", (STANDBY,)),
        Kind("assignment.standby_accepted", "Stands by", "user-check", "accept_standby", (OWNER,)),
        Kind("assignment.standby_waits", "Standby: another worker has it", "hourglass", "", (STANDBY,)),
        Kind(
            "assignment.standby_asked_again",
            "Standby asked again",
            "calendar-clock",
            "",
            (STANDBY, OWNER),
        ),
        Kind("assignment.standby_ended", "Standby ended", "user-x", "end_standby", (STOOD_BY, OWNER)),
        Kind(
            "assignment.standby_promoted",
            "Standby stepped in",
            "user-check",
            "promote_standby",
            (WORKER, AGENT, OWNER),
            WORK,
            True,
        ),
        Kind("assignment.standby_dropped", "Standby could not step in", "user-x", "", (STOOD_BY, OWNER)),
        Kind("assignment.revisit_made", "Revisit made", "copy", "make_revisit", (WORKER,), SITE),
        Kind(
            "assignment.reschedule_requested",
            "Reschedule requested",
            "calendar-clock",
            "request_reschedule",
            (OTHER,),
            REQUESTS,
        ),
        Kind(
            "assignment.reschedule_accepted",
            "Reschedule accepted",
            "calendar-check",
            "decide_reschedule",
            (OTHER,),
            REQUESTS,
        ),
        Kind(
            "assignment.reschedule_declined",
            "Reschedule declined",
            "calendar-x",
            "decide_reschedule",
            (OTHER,),
            REQUESTS,
        ),
        Kind(
            "assignment.reschedule_countered",
            "Another date proposed",
            "calendar-clock",
            "counter_reschedule",
            (OTHER,),
            REQUESTS,
        ),
        Kind(
            "assignment.reschedule_reminded", "Reminder: reschedule request", "bell", "", (ASKED,), REQUESTS
        ),
        Kind(
            "assignment.reschedule_withdrawn",
            "Reschedule request withdrawn",
            "calendar-x",
            "withdraw_reschedule",
            (OTHER,),
            REQUESTS,
        ),
        Kind(
            "assignment.money_requested",
            "More money requested",
            "dollar-sign",
            "request_money",
            (OWNER,),
            REQUESTS,
        ),
        Kind(
            "assignment.money_approved",
            "Request approved",
            "circle-check",
            "decide_money",
            (WORKER,),
            REQUESTS,
        ),
        Kind("assignment.money_declined", "Request declined", "ban", "decide_money", (WORKER,), REQUESTS),
        Kind("assignment.money_withdrawn", "Request withdrawn", "ban", "withdraw_money", (OWNER,), REQUESTS),
        Kind("assignment.money_added", "Money added", "gift", "add_money", (WORKER,), REQUESTS),
        Kind(
            "assignment.money_countered",
            "Another amount offered",
            "dollar-sign",
            "counter_money",
            (WORKER,),
            REQUESTS,
        ),
        Kind(
            "assignment.counter_accepted",
            "Offered amount accepted",
            "circle-check",
            "decide_counter",
            (OWNER,),
            REQUESTS,
        ),
        Kind(
            "assignment.counter_declined",
            "Offered amount declined",
            "ban",
            "decide_counter",
            (OWNER,),
            REQUESTS,
        ),
        Kind(
            "assignment.change_ordered",
            "Extra work ordered",
            "hourglass",
            "order_change",
            (OWNER,),
            REQUESTS,
            True,
        ),
        Kind(
            "assignment.change_approved",
            "Extra work approved",
            "circle-check",
            "approve_change",
            (WORKER, OWNER),
            REQUESTS,
            True,
        ),
        Kind(
            "assignment.change_declined",
            "Extra work declined",
            "ban",
            "decline_change",
            (WORKER, OWNER),
            REQUESTS,
            True,
        ),
        Kind(
            "assignment.change_withdrawn",
            "Order of extra work withdrawn",
            "undo-2",
            "withdraw_change",
            (OWNER,),
            REQUESTS,
        ),
        Kind(
            "assignment.scope_proposed",
            "Change of scope proposed",
            "pencil",
            "propose_scope",
            (WORKER,),
            REQUESTS,
            True,
        ),
        Kind(
            "assignment.scope_accepted",
            "Change of scope accepted",
            "circle-check",
            "decide_scope",
            (OWNER,),
            REQUESTS,
        ),
        Kind(
            "assignment.scope_declined", "Change of scope declined", "ban", "decide_scope", (OWNER,), REQUESTS
        ),
        Kind(
            "assignment.scope_withdrawn",
            "Change of scope withdrawn",
            "undo-2",
            "withdraw_scope",
            (WORKER,),
            REQUESTS,
        ),
        Kind("assignment.attachment_added", "Document added", "paperclip", "attach", (WORKER,), SITE),
        Kind("assignment.attachment_removed", "Document removed", "paperclip", "attach", (WORKER,), SITE),
        Kind("assignment.delivered", "Deliverable added", "camera", "deliver", (OWNER,), SITE),
        Kind("assignment.deliverable_removed", "Deliverable removed", "trash-2", "deliver", (), SITE),
        Kind(
            "assignment.deliverable_accepted",
            "Deliverable accepted",
            "circle-check",
            "accept_deliverable",
            (),
            SITE,
        ),
        Kind(
            "assignment.deliverable_rejected",
            "Deliverable asked again",
            "undo-2",
            "reject_deliverable",
            (WORKER,),
            SITE,
        ),
        Kind("assignment.fields_filled", "Fields filled", "list-checks", "fill_fields", (OWNER,), SITE),
        Kind("assignment.message_posted", "Message", "message-square", "post_message", (OTHER,), TALK),
        Kind("assignment.note_posted", "Private note", "lock", "post_note", (OWNER,), TALK),
        Kind(
            "assignment.problem_reported",
            "Problem reported",
            "triangle-alert",
            "report_problem",
            (OWNER, OTHER),
            SITE,
            must_when=("severity", "stops"),
        ),
        Kind(
            "assignment.problem_resolved",
            "Problem resolved",
            "circle-check",
            "resolve_problem",
            (OWNER, OTHER),
            SITE,
        ),
        Kind("assignment.submitted", "Submitted for approval", "send", "submit", (OWNER, WORKER), SITE, True),
        Kind("assignment.sent_back", "Not Satisfied", "undo-2", "send_back", (WORKER,), SITE, True),
        Kind(
            "assignment.approval_near", "Approval by itself is near", "hourglass", "", (OWNER,), MONEY, True
        ),
        Kind("assignment.approved", "Approved", "circle-check", "approve", (WORKER, OWNER), MONEY, True),
        Kind(
            "assignment.payment_stopped",
            "Payment stopped",
            "ban",
            "stop_payment",
            (WORKER, OWNER),
            MONEY,
            True,
        ),
        Kind("assignment.paid", "Paid", "wallet", "pay", (WORKER, CONTROLLERS), MONEY, True),
        Kind("assignment.cancelled", "Cancelled", "ban", "cancel", (REMOVED, LOSERS, OWNER), WORK, True),
        Kind("assignment.rated", "Rating given", "star", "", (), SITE),
        Kind("assignment.ratings_revealed", "Ratings visible", "star", "", (WORKER, OWNER), SITE),
        Kind(
            "assignment.fault_contested",
            "Fault record contested",
            "scale",
            "contest_fault",
            (OWNER, ENGAGED),
            FAULTS,
            True,
        ),
        Kind(
            "assignment.fault_answered",
            "Contest answered",
            "message-square",
            "answer_fault",
            (OWNER, ENGAGED),
            FAULTS,
            True,
        ),
        Kind(
            "assignment.fault_agreed",
            "Contest accepted",
            "handshake",
            "answer_fault",
            (OWNER, ENGAGED),
            FAULTS,
            True,
        ),
        Kind(
            "assignment.fault_decided",
            "Fault record decided",
            "scale",
            "decide_fault",
            (OWNER, ENGAGED),
            FAULTS,
            True,
        ),
        Kind("assignment.fault_stood", "Fault record settled", "circle-check", "", (ENGAGED,), FAULTS),
        Kind("assignment.payment_noted", "Payment facts changed", "wallet", "", (), MONEY),
    )
}
