from assignments.models.assignment import Assignment, Site
from assignments.models.bulk import BulkAct, BulkItem, BulkResult, BulkRun
from assignments.models.changes import AnswerLink, ChangeOrder
from assignments.models.closeout import (
    CustomField,
    CustomValue,
    Deliverable,
    DeliverableRequirement,
    FieldPhoto,
)
from assignments.models.custom_labels import CustomLabel
from assignments.models.days import WorkDay
from assignments.models.drafts import DraftInvitee
from assignments.models.engagement import Engagement, Rating
from assignments.models.faults import FaultEntry, FaultStatement
from assignments.models.field_groups import CustomFieldGroup
from assignments.models.files import MessageFile, ProblemPhoto
from assignments.models.flags import LabelEvent
from assignments.models.mails import ReceivedMail
from assignments.models.problems import Problem
from assignments.models.requests import MoneyRequest, RescheduleRequest
from assignments.models.requirements import AssignmentRequirement, RequirementOverride
from assignments.models.review import Remark
from assignments.models.revisits import Carried, Revisit
from assignments.models.routing import Route, RouteKind, RouteMode
from assignments.models.saved import MailRhythm, MarkKind, SavedSearch, SearchHit, WorkerMark
from assignments.models.saved_views import SavedView
from assignments.models.search import Findable, ListWords
from assignments.models.sheets import AgreementSheet, Amendment, ScopeProposal
from assignments.models.site_links import SiteCode, SiteLink
from assignments.models.sourcing import Application, Invitation, Question
from assignments.models.standby import Standby
from assignments.models.synced import DeviceTime, SyncedAct
from assignments.models.talk import Attachment, Follower, Message, ThreadRead
from assignments.models.templates import Recurrence, RecurrenceChild, Template
from assignments.models.uploads import Upload, UploadMapping, UploadRow
from assignments.models.visits import CheckIn, CheckInEdit

__all__ = [
    "AgreementSheet",
    "Amendment",
    "AnswerLink",
    "Application",
    "Assignment",
    "AssignmentRequirement",
    "Attachment",
    "BulkAct",
    "BulkItem",
    "BulkResult",
    "BulkRun",
    "Carried",
    "ChangeOrder",
    "CheckIn",
    "CheckInEdit",
    "CustomField",
    "CustomFieldGroup",
    "CustomLabel",
    "CustomValue",
    "Deliverable",
    "DeliverableRequirement",
    "DeviceTime",
    "DraftInvitee",
    "Engagement",
    "FaultEntry",
    "FaultStatement",
    "FieldPhoto",
    "Findable",
    "Follower",
    "Invitation",
    "LabelEvent",
    "ListWords",
    "MailRhythm",
    "MarkKind",
    "Message",
    "MessageFile",
    "MoneyRequest",
    "Problem",
    "ProblemPhoto",
    "Question",
    "Rating",
    "ReceivedMail",
    "Recurrence",
    "RecurrenceChild",
    "Remark",
    "RequirementOverride",
    "RescheduleRequest",
    "Revisit",
    "Route",
    "RouteKind",
    "RouteMode",
    "SavedSearch",
    "SavedView",
    "ScopeProposal",
    "SearchHit",
    "Site",
    "SiteCode",
    "SiteLink",
    "Standby",
    "SyncedAct",
    "Template",
    "ThreadRead",
    "Upload",
    "UploadMapping",
    "UploadRow",
    "WorkDay",
    "WorkerMark",
]
