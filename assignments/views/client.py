"""The client's pages, by the names that urls.py uses."""

from assignments.views.client_dashboard import Dashboard
from assignments.views.client_drafting import Copy, Edit, New, PricePreview
from assignments.views.client_list import List
from assignments.views.client_money import AddMoney, ApproveMoney, DeclineMoney
from assignments.views.client_overriding import Override, WithdrawOverride
from assignments.views.client_routing import CancelWave, Invite
from assignments.views.client_sending import Attach, Delete, EditSite, RemoveAttachment, Send
from assignments.views.client_site import (
    AcceptDeliverable,
    Follow,
    Hold,
    RejectDeliverable,
    RemoveHold,
    SendBack,
)
from assignments.views.client_sourcing import (
    Answer,
    Application,
    Applications,
    Assign,
    AssignDirectly,
    Decline,
)
from assignments.views.leaving import Unassign

__all__ = [
    "AcceptDeliverable",
    "AddMoney",
    "Answer",
    "Application",
    "Applications",
    "ApproveMoney",
    "Assign",
    "AssignDirectly",
    "Attach",
    "CancelWave",
    "Copy",
    "Dashboard",
    "Decline",
    "DeclineMoney",
    "Delete",
    "Edit",
    "EditSite",
    "Follow",
    "Hold",
    "Invite",
    "List",
    "New",
    "Override",
    "PricePreview",
    "RejectDeliverable",
    "RemoveAttachment",
    "RemoveHold",
    "Send",
    "SendBack",
    "Unassign",
    "WithdrawOverride",
]
