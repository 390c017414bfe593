from assignments.models.assignment import Assignment, Site
from assignments.models.bulk import BulkAct, BulkItem, BulkResult, BulkRun
from assignments.models.closeout import CustomField, CustomValue, Deliverable, DeliverableRequirement
from assignments.models.drafts import DraftInvitee
from assignments.models.engagement import Engagement, Rating
from assignments.models.flags import LabelEvent
from assignments.models.requests import MoneyRequest, RescheduleRequest
from assignments.models.requirements import AssignmentRequirement, RequirementOverride
from assignments.models.routing import Route, RouteKind, RouteMode
from assignments.models.saved import MailRhythm, MarkKind, SavedSearch, SearchHit, WorkerMark
from assignments.models.saved_views import SavedView
from assignments.models.search import Findable
from assignments.models.sheets import AgreementSheet, Amendment, ScopeProposal
from assignments.models.sourcing import Application, Invitation, Question
from assignments.models.synced import DeviceTime, SyncedAct
from assignments.models.talk import Attachment, Follower, Message, ThreadRead
from assignments.models.templates import Recurrence, RecurrenceChild, Template
from assignments.models.uploads import Upload, UploadMapping, UploadRow
from assignments.models.visits import CheckIn, CheckInEdit

__all__ = [
    "AgreementSheet",
    "Amendment",
    "Application",
    "Assignment",
    "AssignmentRequirement",
    "Attachment",
    "BulkAct",
    "BulkItem",
    "BulkResult",
    "BulkRun",
    "CheckIn",
    "CheckInEdit",
    "CustomField",
    "CustomValue",
    "Deliverable",
    "DeliverableRequirement",
    "DeviceTime",
    "DraftInvitee",
    "Engagement",
    "Findable",
    "Follower",
    "Invitation",
    "LabelEvent",
    "MailRhythm",
    "MarkKind",
    "Message",
    "MoneyRequest",
    "Question",
    "Rating",
    "Recurrence",
    "RecurrenceChild",
    "RequirementOverride",
    "RescheduleRequest",
    "Route",
    "RouteKind",
    "RouteMode",
    "SavedSearch",
    "SavedView",
    "ScopeProposal",
    "SearchHit",
    "Site",
    "SyncedAct",
    "Template",
    "ThreadRead",
    "Upload",
    "UploadMapping",
    "UploadRow",
    "WorkerMark",
]
