from workers.models.calendar import CalendarFeed, TimeOff
from workers.models.evidence import Credential, CredentialKind, Evidence, EvidenceState
from workers.models.vendor import Vendor, VendorMember, VendorRole, VendorState
from workers.models.worker import Availability, Skill, Worker

__all__ = [
    "Availability",
    "CalendarFeed",
    "Credential",
    "CredentialKind",
    "Evidence",
    "EvidenceState",
    "Skill",
    "TimeOff",
    "Vendor",
    "VendorMember",
    "VendorRole",
    "VendorState",
    "Worker",
]
