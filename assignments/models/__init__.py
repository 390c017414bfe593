from assignments.models.assignment import Assignment, Site
from assignments.models.closeout import CustomField, CustomValue, Deliverable, DeliverableRequirement
from assignments.models.engagement import Engagement, Rating
from assignments.models.flags import LabelEvent
from assignments.models.requests import MoneyRequest, RescheduleRequest
from assignments.models.sourcing import Application, Invitation, Question
from assignments.models.talk import Attachment, Follower, Message, ThreadRead
from assignments.models.visits import CheckIn, CheckInEdit

__all__ = [
    "Application",
    "Assignment",
    "Attachment",
    "CheckIn",
    "CheckInEdit",
    "CustomField",
    "CustomValue",
    "Deliverable",
    "DeliverableRequirement",
    "Engagement",
    "Follower",
    "Invitation",
    "LabelEvent",
    "Message",
    "MoneyRequest",
    "Question",
    "Rating",
    "RescheduleRequest",
    "Site",
    "ThreadRead",
]
