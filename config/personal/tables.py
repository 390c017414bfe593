"""The register itself, room by room. Read registry.py for the words."""

from typing import Final

from config.personal.registry import Table, parsed
from config.personal.registry import spread as s
from config.personal.work import WORK

_ME: Final = "worker__user"

PEOPLE: Final = (
    parsed("config.Heartbeat", {**s("code", "name seconds seconds_total"), "error": "mention"}),
    parsed("config.Parked", {**s("code", "model task"), **s("mention", "error trace")}),
    parsed("config.Check", {"seconds": "code", "sentences": "mention"}),
    parsed("config.Alert", {"cause": "code", "sentence": "mention"}),
    parsed(
        "accounts.User",
        {"password": "secret id", "email": "blank id", "name": "blank id", "time_zone": "blank id"},
    ),
    parsed("accounts.User_groups", {}, rows=["user"]),
    parsed("accounts.User_user_permissions", {}, rows=["user"]),
    parsed("accounts.DataExport", {"file": "secret user", "sha256": "code"}, rows=["user"]),
    parsed("accounts.Erasure", {"held_why": "code"}, also=["user"]),
    parsed("timeline.Entry", {**s("code", "kind subject_type"), "facts": "mention"}, also=["actor"]),
    parsed("timeline.Seal", s("code", "hash previous_hash")),
    parsed("timeline.Redaction", {"facts": "mention", "facts_before_sha256": "code"}),
    parsed("timeline.Chain", s("code", "subject_type head")),
    parsed(
        "notifications.Notice",
        {
            **s("code", "kind subject_type url dedupe_key"),
            **s("mention", "title sentence"),
        },
        rows=["user"],
    ),
    parsed(
        "notifications.Message",
        {
            **s("code", "kind dedupe_key"),
            **s("mention", "to_email context subject body html last_error"),
        },
        rows=["user"],
    ),
    parsed("notifications.Preference", {"kind": "code"}, rows=["user"]),
    parsed("ledger.Account", s("code", "purpose currency")),
    parsed("ledger.Posting", {**s("code", "key kind subject_type"), "memo": "stays money"}, also=["actor"]),
    parsed("ledger.Entry", {"currency": "code"}),
    parsed("ledger.Reservation", s("code", "subject_type currency")),
    parsed(
        "admin.LogEntry", {"object_id": "code", **s("mention", "object_repr change_message")}, also=["user"]
    ),
    parsed("auth.Permission", s("code", "name codename")),
    parsed("auth.Group_permissions", {}),
    parsed("auth.Group", {"name": "code"}),
    parsed("contenttypes.ContentType", s("code", "app_label model")),
    parsed("sessions.Session", s("code", "session_key session_data")),
    parsed("account.EmailAddress", {"email": "blank user"}, rows=["user"]),
    parsed("account.EmailConfirmation", {"key": "secret email_address__user"}, rows=["email_address__user"]),
    parsed("mfa.Authenticator", {"data": "secret user"}, rows=["user"]),
    parsed(
        "usersessions.UserSession",
        {**s("blank user", "ip user_agent"), **s("secret user", "session_key data")},
        rows=["user"],
    ),
)

WORKERS: Final = (
    parsed("workers.Skill", {"name": "code"}),
    parsed("workers.Worker_skills", {}, rows=[_ME]),
    parsed(
        "workers.HistoricalWorker", {"country": "code", "history_change_reason": "mention"}, also=["user"]
    ),
    parsed(
        "workers.Worker",
        {
            **s("blank user", "phone city region postcode about"),
            "country": "keep user money",
            **s("place user", "lat lon"),
        },
    ),
    parsed("workers.Availability", {}, rows=[_ME]),
    parsed("workers.TimeOff", {"note": f"blank {_ME}"}, rows=[_ME]),
    parsed("workers.CalendarFeed", s(f"secret {_ME}", "salt token_hash"), rows=[_ME]),
    parsed("workers.Credential", {"name": "code"}),
    parsed(
        "workers.Evidence",
        {
            **s(f"blank {_ME}", "number issuer name content_type"),
            "file": f"file {_ME}",
            "sha256": "code",
            "reject_reason": "mention",
        },
        rows=[_ME],
    ),
    parsed("workers.Vendor", s("stays company", "name about")),
    parsed("workers.VendorMember", {}, also=[_ME]),
)

COMPANIES: Final = (
    parsed(
        "clients.HistoricalClient",
        {
            **s("stays company", "name industry street city region postcode country"),
            **s("code", "currency time_zone history_change_reason"),
        },
    ),
    parsed(
        "clients.Client",
        {
            **s("stays company", "name industry street city region postcode country"),
            **s("code", "currency time_zone"),
        },
    ),
    parsed("clients.HistoricalMember", {"history_change_reason": "code"}, also=["user"]),
    parsed("clients.Member", {}, also=["user"]),
    parsed("clients.Invite", {"email": "mention", "token_hash": "code"}),
    parsed("clients.Customer", s("stays company", "name notes")),
    parsed("clients.Project", {"name": "stays company"}),
    parsed(
        "clients.Location",
        {
            **s(
                "stays company",
                "name number street city region postcode country lat lon contact_name contact_phone contact_email "
                "instructions",
            ),
            "time_zone": "code",
        },
    ),
    parsed("clients.DirectConsent", {}, rows=[_ME]),
    parsed("clients.CompanyCard", {"average_days_past_due": "code"}),
    parsed("clients.Block", {"note": "blank blocked_by"}, also=[_ME]),
    parsed("clients.RequirementSet", {"name": "stays company"}),
    parsed("clients.Agreement", {"title": "stays company"}),
    parsed("clients.AgreementVersion", {"text": "stays contract", "sha256": "code"}),
    parsed("clients.Signature", {"typed_name": f"keep {_ME} contract"}),
    parsed("clients.Test", s("stays company", "name about")),
    parsed("clients.TestResult", {}, also=[_ME]),
    parsed("clients.Requirement", {}),
    parsed("clients.Pool", s("stays company", "name description")),
    parsed("clients.PoolMember", {"reason": f"blank {_ME}"}),
    parsed("clients.PoolMessage", {"text": "blank author"}),
)

MONEY: Final = (
    parsed(
        "payments.PayoutAccount",
        {
            **s("code", "currency why_dead"),
            **s(f"keep {_ME} money", "holder bank_name routing last4"),
            "sealed_number": "stays money",
        },
    ),
    parsed("payments.SmallPayment", {**s("code", "provider_reference key"), "sealed_minor": "stays money"}),
    parsed("payments.Withdrawal", s("code", "provider_reference currency key reference failure"), also=[_ME]),
    parsed("payments.AutoWithdrawal", {"currency": "code"}, rows=[_ME]),
    parsed(
        "payments.PayoutBatch",
        {
            **s("code", "reference currency file_name sha256 key"),
            **s("stays money", "sealed_file void_reason"),
        },
    ),
    parsed("payments.PayoutItem", {"end_to_end_id": "code"}),
    parsed("payments.BankStatement", s("code", "statement_id account account_hash sha256 file_name")),
    parsed(
        "payments.BankLine",
        {
            **s("code", "currency end_to_end_id batch_reference bank_reference"),
            **s("stays money", "text return_reason why resolution"),
        },
    ),
    parsed(
        "payments.Dispute",
        {"currency": "code", **s("stays dispute", "reason_to_client reason_to_worker internal_note")},
        also=["opened_by"],
    ),
    parsed("payments.DisputeStatement", {"text": "keep author dispute"}),
    parsed(
        "payments.DisputeFile",
        {
            **s("keep statement__author dispute", "name file"),
            **s("code", "content_type sha256"),
        },
    ),
    parsed("payments.SettlementOffer", {"currency": "code", "note": "keep made_by dispute"}),
    parsed("payments.SealedFigure", {"sealed": "stays dispute"}, also=["given_by"]),
    parsed(
        "payments.Ruling",
        {"currency": "code", **s("stays dispute", "reason_to_client reason_to_worker internal_note summary")},
    ),
    parsed("payments.Precedent", {"summary": "stays dispute"}),
    parsed("payments.Counter", {"issuer": "code"}),
    parsed("payments.Owed", {"currency": "code"}),
    parsed(
        "payments.Invoice",
        {**s("code", "number currency"), **s("stays money", "lines parties")},
        also=[_ME],
    ),
    parsed("payments.CreditNote", {**s("code", "number currency key"), "reason": "stays money"}, also=[_ME]),
    parsed("payments.Advance", {"currency": "code"}, also=[_ME]),
    parsed("payments.AutoFastFunds", {}, also=[_ME]),
    parsed("payments.AutoSkip", {}, also=[_ME]),
    parsed("payments.Deposit", {**s("code", "currency key failure"), "reference": "stays money"}),
    parsed("payments.TermsGrant", s("code", "currency key")),
    parsed("payments.ProofKey", {"public_hex": "code"}),
    parsed("payments.ProofPack", s("code", "sha256 sums_sha256 head"), also=["issued_by"]),
    parsed("payments.Collection", {}),
    parsed("payments.ProviderEvent", {**s("code", "event_id kind key why"), "body": "stays money"}),
    parsed("payments.Statement", s("code", "number currency key")),
    parsed("payments.StatementLine", {}),
    parsed("payments.MonthDone", {}),
    parsed("payments.PaymentRun", s("code", "key request_hash currency"), also=["actor"]),
    parsed("payments.PaymentItem", {"sentence": "mention"}),
    parsed(
        "payments.TaxForm",
        {
            **s(
                f"keep {_ME} money", "name business_name street city region postcode tin_last4 certified_from"
            ),
            "sealed_tin": "stays money",
        },
    ),
)

TABLES: Final[tuple[Table, ...]] = (*PEOPLE, *WORKERS, *COMPANIES, *WORK, *MONEY)
