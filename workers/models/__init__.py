from workers.models.evidence import Credential, CredentialKind, Evidence, EvidenceState
from workers.models.vendor import Vendor, VendorMember, VendorRole, VendorState
from workers.models.worker import Availability, Skill, Worker

__all__ = [
    "Availability",
    "Credential",
    "CredentialKind",
    "Evidence",
    "EvidenceState",
    "Skill",
    "Vendor",
    "VendorMember",
    "VendorRole",
    "VendorState",
    "Worker",
]
