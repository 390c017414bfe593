"""What stands under "More" on an assignment page: the verbs that the viewer may do and the next card does not name."""

from dataclasses import dataclass

from assignments.next_action import Next
from assignments.queries import Seen


@dataclass(frozen=True, slots=True)
class MenuItem:
    label: str
    url: str
    icon: str
    is_danger: bool = False
    method: str = "get"


ITEMS: tuple[tuple[str, str, str, str, bool], ...] = (
    ("edit", "Edit", "edit", "pencil", False),
    ("edit_site", "Edit site details", "edit-site", "map-pin", False),
    ("invite", "Send to more people", "invite", "users", False),
    ("assign_directly", "Assign directly", "assign-directly", "user-check", False),
    ("attach", "Add a document", "attach", "paperclip", False),
    ("confirm", "Confirm schedule", "confirm", "circle-check", False),
    ("set_out", "I am on my way", "set-out", "navigation", False),
    ("report_delay", "Report a delay", "delay", "clock", False),
    ("request_increase", "Ask for a budget increase", "request/increase", "trending-up", False),
    ("request_expense", "Ask for an expense", "request/expense", "receipt", False),
    ("request_bonus", "Ask for a bonus", "request/bonus", "gift", False),
    ("request_reschedule", "Ask for another date", "reschedule", "calendar-clock", False),
    ("report_problem", "Report a problem", "report-problem", "triangle-alert", False),
    ("propose_scope", "Propose a change of scope", "scope", "pencil", False),
    ("add_money", "Add money", "add-money", "gift", False),
    ("check_in_for", "Check in for the worker", "check-in-for", "log-in", False),
    ("check_out_for", "Check out for the worker", "check-out-for", "log-out", False),
    ("renew_site_link", "Link for the site contact", "site-link", "link", False),
    ("add_label", "Add a label", "labels/add", "tag", False),
    ("rate_worker", "Rate the worker", "rate-worker", "star", False),
    ("rate_client", "Rate the client", "rate-client", "star", False),
    ("name_standby", "Name a standby", "standby", "user-plus", False),
    ("make_revisit", "Make a revisit", "revisit", "copy", False),
    ("hold", "Put on hold", "hold", "pause", False),
    ("unassign", "Remove the worker", "unassign", "user-x", True),
    ("back_out", "Cancel my assignment", "back-out", "user-x", True),
    ("escalate", "Escalate to Onsite", "escalate", "flag", False),
    ("dispute", "Open a dispute", "dispute", "scale", False),
    ("stop_payment", "Stop payment", "stop-payment", "ban", True),
    ("delete", "Delete draft", "delete", "trash-2", True),
    ("cancel", "Cancel assignment", "cancel", "ban", True),
)
"""Verb, words, path below the assignment, icon, whether it is a danger."""


def menu(view: Seen, step: Next) -> list[MenuItem]:
    """The menu of this viewer, in the order of the table."""
    base = f"/assignments/{view.row.pk}/"
    named = {button.url for button in (step.button, *step.secondary) if button}
    found = [
        MenuItem(words, f"{base}{path}/", icon, danger)
        for verb, words, path, icon, danger in ITEMS
        if verb in view.verbs and f"{base}{path}/" not in named
    ]
    if view.standing.manages:
        found.insert(0, MenuItem("Copy as new assignment", f"{base}copy/", "copy", method="post"))
        found.insert(1, MenuItem("Save as template", f"{base}save-template/", "bookmark"))
    if "follow" in view.verbs and not view.standing.owns:
        words = "Stop following" if view.standing.follows else "Follow"
        found.append(MenuItem(words, f"{base}follow/", "bell", method="post"))
    return found
