"""The words for every stage and request, and the groups that rules speak of. Imports nothing of ours."""

from django.db import models


class State(models.TextChoices):
    """The stages of an assignment (mission.md). Who brings a row there is said on the transitions."""

    DRAFT = "draft", "Draft"
    SENT = "sent", "Available"
    ASSIGNED = "assigned", "Assigned"
    IN_PROGRESS = "in_progress", "In Progress"
    ON_HOLD = "on_hold", "On Hold"
    PENDING_APPROVAL = "pending_approval", "Pending Approval"
    APPROVED = "approved", "Approved"
    PAID = "paid", "Paid"
    CANCELLED = "cancelled", "Cancelled"


WITH_WORKER = frozenset(
    {State.ASSIGNED, State.IN_PROGRESS, State.ON_HOLD, State.PENDING_APPROVAL, State.APPROVED, State.PAID}
)
"""Stages in which a worker is set; cancelled may have one or none."""
ON_SITE = frozenset({State.ASSIGNED, State.IN_PROGRESS})
"""Stages in which site work goes on and time labels count."""
FLAGGED = ON_SITE | {State.SENT}
"""Stages in which a label comes up by the clock: late work, and work that nobody took in time."""
LIVE = frozenset({State.ASSIGNED, State.IN_PROGRESS, State.ON_HOLD, State.PENDING_APPROVAL})
"""A worker is busy with it: the schedule is taken."""
OPEN = frozenset(set(State) - {State.PAID, State.CANCELLED})
TERMINAL = frozenset({State.PAID, State.CANCELLED})


class PricingType(models.TextChoices):
    FLAT = "flat", "Flat"
    HOURLY = "hourly", "Per hour"
    UNIT = "unit", "Per unit"
    BLENDED = "blended", "Blended hourly"


class ScheduleKind(models.TextChoices):
    FIXED = "fixed", "Hard start"
    WINDOW = "window", "Arrival window"
    COMPLETE_BY = "complete_by", "Complete by"


class ApplicationState(models.TextChoices):
    PENDING = "pending", "Waiting"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Expired"
    CLOSED = "closed", "No longer available"


class RequestState(models.TextChoices):
    OPEN = "open", "Waiting"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    CLOSED = "closed", "Closed"


class MoneyKind(models.TextChoices):
    INCREASE = "increase", "Budget increase"
    EXPENSE = "expense", "Expense reimbursement"
    BONUS = "bonus", "Bonus"


class AnsweredBy(models.TextChoices):
    """The way by which an order of extra work was answered."""

    NOBODY = "", "Not answered"
    PAGE = "page", "On the page"
    LINK = "link", "From the mail"
    DEFAULT = "default", "By the agreed default"


class EngagementEnd(models.TextChoices):
    """How a worker's time on an assignment ended; empty while it lasts."""

    ACTIVE = "", "Active"
    COMPLETED = "completed", "Completed"
    UNASSIGNED = "unassigned", "Removed by the client"
    BACKED_OUT = "backed_out", "Cancelled by the worker"
    DECLINED_HOLD = "declined_hold", "Declined the new schedule after a hold"
    CANCELLED = "cancelled", "Cancelled by the client"


class HoldReason(models.TextChoices):
    SITE_NOT_READY = "site_not_ready", "Site not ready"
    PARTS = "parts_not_available", "Parts not available"
    CUSTOMER = "customer_request", "Customer asked to wait"
    ACCESS = "no_access", "No access to the site"
    WEATHER = "weather", "Weather"
    OTHER = "other", "Other"


class UnassignReason(models.TextChoices):
    """Three of them count on a worker's card (OWN_FAULT); when each may be said is in leaving.py (domain.md 2)."""

    WORKER_CANCELLED = "worker_cancelled", "Worker cancelled"
    NO_SHOW = "no_show", "No-show (did not come, did not call)"
    WORKER_ABANDONED = "worker_abandoned", "Worker abandoned (left the site unreleased)"
    SCOPE_CHANGED = "scope_changed", "The scope changed"
    SCHEDULE = "schedule_conflict", "The schedule does not fit"
    HOLD_UNANSWERED = "hold_unanswered", "The new date after the hold was not answered"
    NOT_CONFIRMED = "not_confirmed", "The schedule was not confirmed in time"
    OTHER = "other", "Other"


OWN_FAULT = frozenset(
    {UnassignReason.WORKER_CANCELLED, UnassignReason.NO_SHOW, UnassignReason.WORKER_ABANDONED}
)
"""Reasons that count on a worker's card. Each of them lets a standby worker step in."""


class StandbyState(models.TextChoices):
    """How a second worker stands by (wants of the field: a replacement who is briefed already)."""

    ASKED = "asked", "Asked"
    READY = "ready", "Standing by"
    PROMOTED = "promoted", "Stepped in"
    ENDED = "ended", "Ended"


STANDS_BY = frozenset({StandbyState.ASKED, StandbyState.READY})
"""Asked or agreed: the relation lasts."""
STANDBY_STAGES = frozenset({State.SENT, State.ASSIGNED, State.IN_PROGRESS, State.ON_HOLD})
"""As long as the work can still lose its worker, somebody can stand by for it."""


class CancelReason(models.TextChoices):
    NOT_NEEDED = "not_needed", "The work is no longer needed"
    CUSTOMER = "customer_cancelled", "The customer cancelled"
    DUPLICATE = "duplicate", "It was created twice"
    NO_WORKER = "no_worker", "No suitable worker"
    QUALITY = "quality", "The work was not done as agreed"
    OTHER = "other", "Other"


class BackOutReason(models.TextChoices):
    ILL = "ill", "Illness"
    VEHICLE = "vehicle", "Vehicle trouble"
    CONFLICT = "conflict", "Schedule conflict"
    SCOPE = "scope", "The scope is not what was posted"
    OTHER = "other", "Other"


class VisitSource(models.TextChoices):
    """Whose word a time of a visit is."""

    WORKER = "worker", "Recorded by the worker"
    CONTACT = "contact", "Confirmed by the site contact"
    CLIENT = "client", "Entered by the client"
    STAGE = "stage", "Ended with the stage"


class ProblemKind(models.TextChoices):
    """What a problem report is about."""

    SITE_NOT_READY = "site_not_ready", "Site not ready"
    ACCESS = "access", "No access to the site"
    PARTS = "parts", "Parts missing or wrong"
    SAFETY = "safety", "Safety"
    SCOPE = "scope", "The scope differs"
    EQUIPMENT = "equipment", "Equipment"
    OTHER = "other", "Something else"


class Severity(models.TextChoices):
    """What a problem does to the work."""

    DELAYS = "delays", "Delays the work"
    STOPS = "stops", "Stops the work"


class Grade(models.TextChoices):
    """The three grades of a rating (domain.md 6.1)."""

    EXCELLENT = "excellent", "Excellent"
    SATISFIED = "satisfied", "Satisfied"
    UNSATISFIED = "unsatisfied", "Not satisfied"


class UploadState(models.TextChoices):
    """The steps of a CSV upload (domain.md 3.3)."""

    UPLOADED = "uploaded", "Uploaded"
    MAPPED = "mapped", "Matched"
    RUNNING = "running", "Creating drafts"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "Stopped"


class RowResult(models.TextChoices):
    """What came of one row of an upload."""

    WAITING = "waiting", "Waiting"
    MADE = "made", "Draft made"
    BAD = "bad", "Not made"


class RecurrenceState(models.TextChoices):
    """Whether Onsite makes drafts by a rule."""

    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    ENDED = "ended", "Ended"
