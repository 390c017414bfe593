"""An assignment full of strings that must not be read by the wrong person, walked to a stage by the real actions."""

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile

from assignments.actions import talk
from assignments.actions.drafting import Asked, Content, Wanted
from assignments.models import Assignment
from assignments.states import State
from common import clock
from common.money import Money
from common.uploads import check_upload
from tests.factories import People, Walk, assignment_in

STREET: Final = "77 Marker Lane"
CONTACT: Final = "Quilla Sitecontact"
PHONE: Final = "+1 518 555 0177"
MAIL: Final = "quilla@marker.test"
WAY_IN: Final = "Use the marker door"
INSTRUCTIONS: Final = "Alarm code marker-4711"
DOCUMENT: Final = "marker-plan.txt"
DOCUMENT_TEXT: Final = "text of the marker plan"
NOTE: Final = "Marker note for colleagues"
PRICE_MINOR: Final = 35_123
PAY, FEE, GROSS = "$351.23", "$35.12", "$386.35"
"""The worker's pay, the platform fee of 10 % on top, and what the client pays."""
EARLY_FEE, EARLY_NET = "$26.34", "$324.89"
"""What FastFunds costs the worker, and what is left."""

CONTACTS: Final = (CONTACT, PHONE, MAIL)
BEFORE_ASSIGNMENT: Final = (*CONTACTS, STREET, WAY_IN, INSTRUCTIONS, DOCUMENT, DOCUMENT_TEXT)
"""What no worker reads before assignment (S06, S07)."""
CLIENTS_OWN: Final = (FEE, GROSS, NOTE)
"""What no worker ever reads."""
WORKERS_OWN: Final = (EARLY_FEE, EARLY_NET)
"""What nobody on the client's side ever reads."""
AFTER_SENT: Final = {
    State.ASSIGNED: (),
    State.IN_PROGRESS: ("in_progress",),
    State.ON_HOLD: ("on_hold",),
    State.PENDING_APPROVAL: ("in_progress", "pending_approval"),
    State.APPROVED: ("in_progress", "pending_approval", "approved"),
    State.PAID: ("in_progress", "pending_approval", "approved", "paid"),
    State.CANCELLED: ("cancelled",),
}


def marked(
    people: People,
    state: str,
    *,
    hours_ahead: float | None = None,
    pay: Money | None = None,
    wanted: tuple[Wanted, ...] = (),
    asked: tuple[Asked, ...] = (),
    **columns: Any,
) -> Assignment:
    """The owner's assignment with markers everywhere, walked to `state` with `people.worker` chosen over
    `people.applicant`. It starts `hours_ahead` from now: two days, or two hours ago for stages that need it."""
    now = clock.now()
    has_started = state in (State.IN_PROGRESS, State.PENDING_APPROVAL, State.APPROVED, State.PAID)
    start_at = now + timedelta(hours=hours_ahead if hours_ahead is not None else -2 if has_started else 48)
    row = assignment_in(
        state if state in (State.DRAFT, State.SENT) else State.SENT,
        owner=people.owner,
        site={
            "street": STREET,
            "lat": 42.6512,
            "lon": -73.7549,
            "contact_name": CONTACT,
            "contact_phone": PHONE,
            "contact_email": MAIL,
            "instructions": WAY_IN,
        },
        content=Content(wanted=list(wanted) or None, asked=list(asked) or None),
        **{"start_at": start_at, "price_minor": PRICE_MINOR, "special_instructions": INSTRUCTIONS, **columns},
    )
    document = SimpleUploadedFile(DOCUMENT, DOCUMENT_TEXT.encode())
    with clock.moved(now - timedelta(hours=60)):
        talk.attach(row.pk, actor=people.owner, file=document, checked=check_upload(document))
        talk.post_note(row.pk, actor=people.owner, body=NOTE)
    if state in AFTER_SENT:
        walk = Walk(row.pk, people.owner, people.worker, _steps, start_at)
        walk.assign((people.applicant,))
        for step in AFTER_SENT[State(state)]:
            walk.cancel(pay) if step == "cancelled" else getattr(walk, f"to_{step}")()
    return Assignment.objects.get(pk=row.pk)


HOURS_AGO: Final = {
    "applied": 50, "assigned": 40, "check_in": 2, "check_out": 1, "submit": 0.9, "hold": 0.8, "approve": 0.5,
    "pay": 0.3, "cancel": 0.2,
}  # fmt: skip


def _steps(step: str) -> AbstractContextManager[None]:
    return clock.moved(clock.now() - timedelta(hours=HOURS_AGO[step]))
