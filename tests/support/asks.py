"""What a company asks of workers, and what workers have, made by the real actions."""

from datetime import date
from typing import Any

from assignments.actions import drafting
from assignments.actions.content import Content
from assignments.models import Assignment
from clients.actions import requirements as actions
from clients.actions.requirements import Line
from clients.models import Agreement, RequirementSet
from clients.models import Test as Exam
from clients.queries import membership
from common import clock
from common.uploads import check_upload
from tests.factories import picture
from workers import proving
from workers.models import Credential, Evidence, Worker
from workers.proving import Document

LICENCE = ("licence", "Electrician, Ohio")


def credential(kind: str = LICENCE[0], name: str = LICENCE[1]) -> Credential:
    return Credential.objects.get_or_create(kind=kind, name=name)[0]


def line(what: Any, number: int | None = None) -> Line:
    """A line for a kind of figure, or for a row."""
    if isinstance(what, str):
        return Line(what, number=number)
    kind = {"Credential": "credential", "Agreement": "agreement", "Test": "test", "Pool": "pool"}
    return Line(kind[type(what).__name__], named=what.pk)


def asks(owner: Any, *lines: Line, name: str = "Basics", is_default: bool = False) -> RequirementSet:
    """A set of the owner's company."""
    return actions.save_set(
        membership(owner).client_id,
        None,
        actor=owner,
        name=name,
        is_default=is_default,
        is_active=True,
        lines=lines,
    )


def ask(row: Assignment, owner: Any, *lines: Line, name: str = "Basics") -> RequirementSet:
    """A set that this assignment asks."""
    made = asks(owner, *lines, name=name)
    drafting.edit(row.pk, Content(sets=[name]), actor=owner)
    return made


def agreement(owner: Any, title: str = "Confidentiality", text: str = "Say nothing.") -> Agreement:
    return actions.save_agreement(
        membership(owner).client_id, None, actor=owner, title=title, text=text, is_active=True
    )


def exam(owner: Any, name: str = "Rack safety") -> Exam:
    return actions.save_test(
        membership(owner).client_id, None, actor=owner, name=name, about="At our desk.", pass_percent=80,
        is_active=True,
    )  # fmt: skip


def result(owner: Any, test: Exam, worker: Worker, percent: int, on: date | None = None) -> None:
    actions.record_result(
        test.client_id, test.pk, worker.pk, actor=owner, percent=percent, taken_on=on or clock.now().date()
    )


def sign(agreement: Agreement, worker: Worker) -> None:
    actions.sign(agreement.pk, agreement.versions.first().pk, actor=worker.user, typed_name=worker.user.name)


def hand_in(worker: Worker, what: Credential, *, shown: bool = True, **document: Any) -> Evidence:
    """Evidence that waits for its review."""
    file = picture(f"{what.pk}-{document}")
    return proving.add_evidence(
        worker.pk, what.pk, Document(**document), actor=worker.user, file=file, checked=check_upload(file),
        is_shown=shown,
    )  # fmt: skip


def prove(worker: Worker, what: Credential, staff: Any, **more: Any) -> Evidence:
    """Evidence that an admin accepted."""
    return proving.accept_evidence(hand_in(worker, what, **more).pk, actor=staff)
