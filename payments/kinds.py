"""Every kind of entry that payments writes: its words, its icon, the verb behind it, and who is told.

Entries about an invoice or dispute stand on the assignment's own timeline; `to` are groups that notices.py turns
into people. `subject` says where the others stand: on the client, or on the withdrawal.
"""

from dataclasses import dataclass

CONTROLLERS = "controllers"  # the client's money people
MANAGERS = "managers"  # the client's owner of the assignment and its managers
WORKER = "worker"  # the worker
OTHER = "other"  # the side that did not open the dispute
BOTH = "both"  # both sides of a dispute
STAFF = "staff"  # Onsite's admins

GROUP = "Payments"
DISPUTES = "Disputes"


@dataclass(frozen=True, slots=True)
class Kind:
    kind: str
    title: str
    icon: str
    verb: str = ""
    to: tuple[str, ...] = ()
    group: str = GROUP
    must_have: bool = False
    subject: str = "assignment"


KINDS: dict[str, Kind] = {
    k.kind: k
    for k in (
        Kind("invoice.issued", "Invoice", "file-text", "approve", (CONTROLLERS,)),
        Kind("invoice.scheduled", "Payment scheduled", "calendar-check", "approve"),
        Kind("invoice.locked", "Invoice downloaded or printed", "download"),
        Kind("invoice.bundled", "Put on a statement", "lock"),
        Kind("invoice.withdrawn", "Invoice withdrawn", "undo-2", "stop_payment"),
        Kind(
            "invoice.paid",
            "Paid after cancellation",
            "wallet",
            "pay_cancelled",
            (WORKER, CONTROLLERS),
            GROUP,
            True,
        ),
        Kind(
            "invoice.past_due", "Payment past due", "triangle-alert", "", (CONTROLLERS, WORKER), GROUP, True
        ),
        Kind("invoice.autopay_failed", "Not paid by itself", "circle-alert", "", (CONTROLLERS,), GROUP, True),
        Kind("advance.taken", "FastFunds taken", "zap", "fastfunds", (WORKER,), GROUP, True),
        Kind("deposit.recorded", "Deposit", "landmark", "", (CONTROLLERS,), GROUP, False, "client"),
        Kind("deposit.waiting", "Deposit to confirm", "hourglass", "", (STAFF,), GROUP, True, "client"),
        Kind("deposit.returned", "Deposit returned", "undo-2", "", (CONTROLLERS,), GROUP, True, "client"),
        Kind("statement.issued", "Statement", "file-text", "", (CONTROLLERS,), GROUP, False, "client"),
        Kind("statement.dissolved", "Statement taken apart", "undo-2", "", (), GROUP, False, "client"),
        Kind(
            "credit_note.issued",
            "Credit note",
            "file-text",
            "",
            (CONTROLLERS, WORKER),
            GROUP,
            True,
            "client",
        ),
        Kind("deposit.failed", "Deposit failed", "circle-alert", "", (CONTROLLERS,), GROUP, True, "client"),
        Kind(
            "terms.granted",
            "Terms limit set",
            "sliders-horizontal",
            "",
            (CONTROLLERS,),
            GROUP,
            False,
            "client",
        ),
        Kind("payout_account.added", "Bank account added", "landmark", "", (WORKER,), GROUP, True, "worker"),
        Kind(
            "payout_account.removed", "Bank account removed", "trash-2", "", (WORKER,), GROUP, True, "worker"
        ),
        Kind(
            "payout_account.small_sent",
            "Two small payments sent",
            "send",
            "",
            (WORKER,),
            GROUP,
            True,
            "payout_account",
        ),
        Kind(
            "payout_account.small_recalled", "Small payments taken back", "undo-2", subject="payout_account"
        ),
        Kind("payout_account.missed", "Wrong amounts", "circle-alert", subject="payout_account"),
        Kind(
            "payout_account.verified",
            "Bank account verified",
            "circle-check",
            "",
            (WORKER,),
            GROUP,
            True,
            "payout_account",
        ),
        Kind(
            "payout_account.locked",
            "Bank account locked",
            "circle-alert",
            "",
            (WORKER,),
            GROUP,
            True,
            "payout_account",
        ),
        Kind("tax_form.given", "Tax data given", "file-text", "", (WORKER,), GROUP, True, "worker"),
        Kind("tax_form.changed", "Tax data changed", "file-text", "", (WORKER,), GROUP, True, "worker"),
        Kind("tax_form.revealed", "Tax number read", "eye", "", (WORKER,), GROUP, True, "worker"),
        Kind(
            "auto_withdrawal.turned_on",
            "Automatic withdrawal on",
            "calendar-check",
            "",
            (WORKER,),
            GROUP,
            True,
            "worker",
        ),
        Kind("auto_withdrawal.turned_off", "Automatic withdrawal off", "circle-x", subject="worker"),
        Kind("withdrawal.sending", "Withdrawal being sent", "send", subject="withdrawal"),
        Kind("withdrawal.recalled", "Withdrawal taken out of a file", "undo-2", subject="withdrawal"),
        Kind(
            "withdrawal.returned",
            "Withdrawal came back",
            "circle-alert",
            "",
            (WORKER,),
            GROUP,
            True,
            "withdrawal",
        ),
        Kind(
            "withdrawal.stuck",
            "Withdrawal waits for an admin",
            "circle-alert",
            "",
            (STAFF,),
            GROUP,
            True,
            "withdrawal",
        ),
        Kind("withdrawal.requested", "Withdrawal", "banknote", "", (WORKER,), GROUP, True, "withdrawal"),
        Kind("withdrawal.sent", "Withdrawal sent", "send", "", (), GROUP, False, "withdrawal"),
        Kind(
            "withdrawal.paid",
            "Withdrawal paid out",
            "circle-check",
            "",
            (WORKER,),
            GROUP,
            False,
            "withdrawal",
        ),
        Kind(
            "withdrawal.failed", "Withdrawal failed", "circle-alert", "", (WORKER,), GROUP, True, "withdrawal"
        ),
        Kind("dispute.opened", "Dispute opened", "scale", "dispute", (OTHER, STAFF), DISPUTES, True),
        Kind(
            "dispute.answered",
            "Dispute answered",
            "message-square",
            "answer_dispute",
            (OTHER, STAFF),
            DISPUTES,
            True,
        ),
        Kind("dispute.stepped", "Onsite asked again", "bell", "step_dispute", (BOTH,), DISPUTES, True),
        Kind("dispute.assigned", "Dispute taken on", "user-check"),
        Kind("dispute.settled", "Dispute decided", "scale", "", (BOTH,), DISPUTES, True),
        Kind("dispute.closed", "Dispute closed", "circle-x", "", (BOTH,), DISPUTES, True),
        Kind(
            "dispute.withdrawn",
            "Dispute withdrawn",
            "undo-2",
            "withdraw_dispute",
            (OTHER, STAFF),
            DISPUTES,
            True,
        ),
        Kind("dispute.carried_out", "Decision carried out", "circle-check", "", (BOTH,), DISPUTES, True),
        Kind("dispute.appealed", "Decision appealed", "scale", "", (OTHER, STAFF), DISPUTES, True),
        Kind("dispute.appeal_waived", "Appeal given up", "check", "", (OTHER,), DISPUTES, True),
        Kind("dispute.offered", "Settlement proposed", "handshake", "", (OTHER,), DISPUTES, True),
        Kind("dispute.offer_declined", "Settlement declined", "ban", "", (OTHER,), DISPUTES, True),
        Kind("dispute.offer_withdrawn", "Settlement taken back", "undo-2", "", (OTHER,), DISPUTES, True),
        Kind("dispute.offer_expired", "Settlement expired", "hourglass", "", (BOTH,), DISPUTES, True),
        Kind("dispute.agreed", "Settled by both sides", "handshake", "", (BOTH, STAFF), DISPUTES, True),
        Kind("dispute.figure_given", "Sealed figure given", "lock", "", (OTHER,), DISPUTES, True),
        Kind("dispute.figures_opened", "Sealed figures opened", "key-round", ""),
        Kind("dispute.crossed", "Figures crossed", "handshake", "", (BOTH, STAFF), DISPUTES, True),
        Kind("dispute.named", "Admin named", "user-check", "", (BOTH, STAFF), DISPUTES, True),
        Kind("fastfunds.on", "Automatic FastFunds on", "zap", "", (WORKER,), GROUP, True, "worker"),
        Kind("fastfunds.off", "Automatic FastFunds off", "zap", "", (WORKER,), GROUP, True, "worker"),
        Kind("fastfunds.skipped", "Automatic FastFunds off here", "ban", "skip_fastfunds"),
        Kind("fastfunds.kept", "Automatic FastFunds on here", "zap", "skip_fastfunds"),
    )
}
