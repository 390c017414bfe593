"""What the demo's first company asks of workers, and what its workers can prove: accepted, in review, running out."""

from datetime import timedelta

from assignments.actions import drafting, overriding
from assignments.actions.content import Content
from assignments.models import Assignment
from assignments.states import State
from clients.actions import requirements as asking
from clients.actions.requirements import Line
from common import clock
from common.uploads import check_upload
from config.demo.stage import Stage, photo
from workers import proving
from workers.models import Credential, CredentialKind, Evidence
from workers.proving import Document

CREDENTIALS = (
    (CredentialKind.CERTIFICATE, "Structured cabling installer"),
    (CredentialKind.CERTIFICATE, "Working at height"),
    (CredentialKind.LICENCE, "Electrician, Ohio"),
    (CredentialKind.LICENCE, "Low voltage contractor, Ohio"),
    (CredentialKind.INSURANCE, "General liability, 1 million"),
    (CredentialKind.INSURANCE, "Workers' compensation"),
    (CredentialKind.BACKGROUND_CHECK, "Federal and county"),
    (CredentialKind.DRUG_TEST, "Seven panel"),
)
NDA = (
    "You may see screens, plans and numbers of the store while you work there.\n\n"
    "1. You tell nobody outside the company what you saw, and you keep no pictures but those that are asked.\n"
    "2. You give back keys and papers before you leave.\n"
    "3. This holds for two years after the work."
)


def play(s: Stage) -> None:
    """Two sets with an agreement and a test; proofs of three workers; two assignments that ask; one override."""
    north, _ = s.cast.companies
    known = {name: Credential.objects.create(kind=kind, name=name) for kind, name in CREDENTIALS}
    with clock.moved(s.ago(days=20)):
        text = asking.save_agreement(
            north.client.pk,
            None,
            actor=north.boss,
            title="Confidentiality agreement",
            text=NDA,
            is_active=True,
        )
        test = asking.save_test(
            north.client.pk, None, actor=north.boss, name="Rack safety", pass_percent=80, is_active=True,
            about="Held online by our trainer, 20 minutes. Ask for a seat by a question on the assignment.",
        )  # fmt: skip
        _set(s, "Store basics", [Line("agreement", named=text.pk), Line("abandoned", number=1)])
        _set(
            s,
            "Electrical work, Ohio",
            [
                Line("credential", named=known["Electrician, Ohio"].pk),
                Line("credential", named=known["General liability, 1 million"].pk),
                Line("credential", named=known["Federal and county"].pk),
                Line("test", named=test.pk),
            ],
        )
    _proofs(s, known)
    with clock.moved(s.ago(days=8)):
        worker = s.cast.worker("worker")
        asking.record_result(
            north.client.pk, test.pk, worker.pk, actor=north.boss, percent=85, taken_on=clock.now().date()
        )
    _asked(s)


def _set(s: Stage, name: str, lines: list[Line]) -> None:
    north, _ = s.cast.companies
    asking.save_set(
        north.client.pk, None, actor=north.boss, name=name, is_default=False, is_active=True, lines=lines
    )


def _proofs(s: Stage, known: dict[str, Credential]) -> None:
    """The worker has most of it, with insurance that runs out soon; others wait for their review."""
    today = s.now.date()
    for login, name, days, number, is_reviewed in (
        ("worker", "Electrician, Ohio", 400, "EL-204417", True),
        ("worker", "General liability, 1 million", 21, "GL-88-1204", True),
        ("worker", "Federal and county", None, "", True),
        ("worker", "Working at height", 300, "WAH-5521", False),
        ("worker2", "Structured cabling installer", 500, "SC-7710", True),
        ("tomasz", "Electrician, Ohio", 210, "EL-198802", False),
    ):
        expires = None if days is None else today + timedelta(days=days)
        row = _hand_in(s, login, known[name], Document(number, "State of Ohio", None, expires))
        if is_reviewed:
            with clock.moved(s.ago(days=12)):
                proving.accept_evidence(row.pk, actor=s.cast.admin)


def _hand_in(s: Stage, login: str, what: Credential, document: Document) -> Evidence:
    worker, file = s.cast.worker(login), photo(f"{what}")
    with clock.moved(s.ago(days=14)):
        return proving.add_evidence(
            worker.pk, what.pk, document, actor=worker.user, file=file, checked=check_upload(file)
        )


def _asked(s: Stage) -> None:
    """The two newest marketplace assignments of the company ask; one worker may apply for the second all the same."""
    north, _ = s.cast.companies
    rows = Assignment.objects.filter(
        client=north.client, state=State.SENT, is_marketplace=True, owner=north.boss, start_at__gt=s.now
    ).order_by("-pk")[:2]
    with clock.moved(s.ago(hours=2)):
        for row in rows:
            drafting.edit(row.pk, Content(sets=["Store basics", "Electrical work, Ohio"]), actor=north.boss)
        worker = s.cast.worker("leo")
        overriding.override(
            rows[1].pk,
            worker,
            actor=north.boss,
            note="Has done this for us before Onsite; papers seen at the office.",
        )
