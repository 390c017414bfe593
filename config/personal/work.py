"""The register of the assignments room (see tables.py)."""

from typing import Final

from config.personal.registry import parsed
from config.personal.registry import spread as s

_ME: Final = "worker__user"
_FILE_CODE: Final = s("code", "content_type sha256")
_PHOTO: Final = {
    **s("keep uploaded_by work", "name file thumb"),
    **s("code", "content_type sha256 original_sha256 look"),
    **s("place uploaded_by", "taken_lat taken_lon"),
}
_TERMS: Final = {"currency": "code"}

WORK: Final = (
    parsed("assignments.Assignment_skills", {}),
    parsed(
        "assignments.Assignment",
        {
            **s("code", "currency country time_zone posted_terms"),
            **s(
                "stays company",
                "external_id title industry description special_instructions city region postcode area_lat area_lon "
                "sent_back_reason hold_note cancel_note",
            ),
            **s(f"keep {_ME} work", "delay_reason resolution"),
        },
        also=["owner", "created_by"],
    ),
    parsed(
        "assignments.Site",
        s(
            "stays company",
            "name number street lat lon contact_name contact_phone contact_email instructions",
        ),
    ),
    parsed("assignments.BulkRun", {"words": "stays company"}),
    parsed("assignments.BulkItem", {"title": "stays company", "sentence": "mention"}),
    parsed(
        "assignments.Engagement",
        {**s("code", "end_reason late_fault files_fault left_fault"), "calendar": "stays work"},
        also=[_ME],
    ),
    parsed("assignments.Rating", {"text": "blank author"}),
    parsed(
        "assignments.MoneyRequest",
        {
            "reason": "blank asked_by",
            "counter_reason": "blank countered_by",
            "decline_reason": "blank decided_by",
            **s("keep asked_by money", "receipt receipt_name"),
            "receipt_type": "code",
        },
    ),
    parsed("assignments.RescheduleRequest", {"note": "blank asked_by", "decline_reason": "blank decided_by"}),
    parsed(
        "assignments.ChangeOrder",
        {
            **s("keep asked_by contract", "what photo photo_name"),
            "photo_type": "code",
            "decline_reason": "blank decided_by",
        },
    ),
    parsed("assignments.AnswerLink", {"nonce": "secret user"}, rows=["user"]),
    parsed("assignments.CustomFieldGroup", s("stays company", "title instructions")),
    parsed("assignments.DeliverableRequirement", s("stays company", "title instructions")),
    parsed(
        "assignments.Deliverable",
        {**_PHOTO, **s("stays work", "signer_name signer_role"), "reject_reason": "stays others"},
    ),
    parsed("assignments.CustomField", {"label": "stays company", "choices": "stays company"}),
    parsed("assignments.CustomValue", {"value": "keep filled_by work"}),
    parsed("assignments.FieldPhoto", _PHOTO),
    parsed("assignments.CustomLabel", {"key": "code", **s("stays company", "text note removed_why")}),
    parsed("assignments.WorkDay", {}),
    parsed("assignments.DraftInvitee", {}, rows=[_ME]),
    parsed(
        "assignments.FaultEntry",
        {"rule": "code", **s("mention", "sentence evidence"), "reason": "stays dispute"},
    ),
    parsed("assignments.FaultStatement", {"text": "keep author dispute"}),
    parsed("assignments.Message", {"body": "blank author"}),
    parsed("assignments.ThreadRead", {}, rows=["user"]),
    parsed("assignments.Attachment", {**s("keep uploaded_by company", "file name"), **_FILE_CODE}),
    parsed("assignments.Follower", {}, rows=["user"]),
    parsed(
        "assignments.MessageFile",
        {"name": "blank message__author", "file": "file message__author", **_FILE_CODE},
    ),
    parsed(
        "assignments.ProblemPhoto",
        {"name": "blank problem__reported_by", "file": "file problem__reported_by", **_FILE_CODE},
    ),
    parsed("assignments.LabelEvent", s("code", "label cleared_why")),
    parsed("assignments.ReceivedMail", {"key": "code"}, rows=["user"]),
    parsed("assignments.Problem", {"text": "blank reported_by", "resolution": "blank resolved_by"}),
    parsed("assignments.AssignmentRequirement", {"source": "code"}),
    parsed("assignments.RequirementOverride", {"note": "blank given_by"}, also=[_ME]),
    parsed("assignments.Remark", {"text": "blank made_by"}),
    parsed("assignments.Revisit", {"note": "blank made_by"}),
    parsed("assignments.Carried", {}),
    parsed("assignments.Route_workers", {}, rows=[_ME]),
    parsed("assignments.Route", {}),
    parsed("assignments.SavedSearch", s(f"blank {_ME}", "name query"), rows=[_ME]),
    parsed("assignments.SearchHit", {}, rows=["search__worker__user"]),
    parsed("assignments.WorkerMark", s("stays company", "title industry"), rows=[_ME]),
    parsed("assignments.SavedView", s("blank member__user", "name query"), rows=["member__user"]),
    parsed("assignments.Findable", s("stays company", "lat lon x y z town industry text")),
    parsed("assignments.ListWords", s("stays company", "text")),
    parsed(
        "assignments.AgreementSheet",
        {**s("stays contract", "shared client_part worker_part"), **s("code", "sha256 before_sha256")},
        also=["engagement__worker__user"],
    ),
    parsed(
        "assignments.Amendment",
        {**s("stays contract", "shared client_part worker_part"), **s("code", "sha256 before_sha256")},
        also=["proposed_by"],
    ),
    parsed(
        "assignments.ScopeProposal",
        {
            **s("stays contract", "description special_instructions deliverables"),
            "note": "blank asked_by",
            "decline_reason": "blank decided_by",
        },
    ),
    parsed(
        "assignments.CheckIn",
        {
            **s("place made_by", "in_lat in_lon out_lat out_lon"),
            **s("blank made_by", "in_why note"),
            "out_why": "blank out_by",
        },
    ),
    parsed("assignments.CheckInEdit", {"reason": "blank edited_by"}),
    parsed("assignments.SiteLink", s("code", "token_hash sealed_token")),
    parsed("assignments.SiteCode", {"code_hash": "code"}),
    parsed("assignments.Application", {**_TERMS, "reason": f"blank {_ME}", "decline_reason": "mention"}),
    parsed("assignments.Invitation", {}, also=[_ME]),
    parsed("assignments.Question", {"text": "blank asker__user", "answer": "blank answered_by"}),
    parsed("assignments.Standby", _TERMS, also=[_ME]),
    parsed("assignments.SyncedAct", {**s("code", "kind body_hash"), "sentence": "mention"}, rows=["user"]),
    parsed("assignments.DeviceTime", {"doubt": "code"}),
    parsed("assignments.Template", s("stays company", "name content")),
    parsed("assignments.Recurrence", {**s("stays company", "name why"), "time_zone": "code"}),
    parsed("assignments.RecurrenceChild", {}),
    parsed("assignments.UploadMapping", s("stays company", "name columns")),
    parsed(
        "assignments.Upload",
        {
            **s("stays company", "label headers columns why file_name"),
            **s("code", "sha256 encoding separator"),
        },
    ),
    parsed("assignments.UploadRow", s("stays company", "cells problems")),
)
