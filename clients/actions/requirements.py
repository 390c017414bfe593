"""What a company asks of workers: its sets, its agreements, and the results of its tests (domain.md 3.4)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db import transaction
from django.http import Http404

from accounts.models import User
from clients.actions import door
from clients.models import (
    Agreement,
    AgreementVersion,
    Client,
    Pool,
    PoolVisibility,
    Requirement,
    RequirementKind,
    RequirementSet,
    Signature,
    Test,
    TestResult,
)
from clients.models.requirements import NUMBER_KINDS, PERCENT_KINDS
from clients.requirements import may_read
from common import clock
from common.errors import AlreadyDone, Conflict, Invalid
from workers.models import Credential, Worker
from workers.queries import public

MOST_LINES: Final = 30
LARGEST: Final = 1_000
"""The largest count that anybody would allow."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a set: a kind with its number (percent or count), or with the id of what it names."""

    kind: str
    number: int | None = None
    named: int | None = None


@transaction.atomic
def save_set(
    client_id: int,
    set_id: int | None,
    *,
    actor: User,
    name: str,
    is_default: bool,
    is_active: bool,
    lines: Sequence[Line],
) -> RequirementSet:
    """Add (without an id) or change a set. Assignments hold copies: what was asked of one stays (domain.md 3.4).

    Raises Invalid at `name`, and at `lines` for what cannot be asked.
    """
    client, _ = door.enter(client_id, "edit_requirements", actor=actor)
    row = _of(client.requirement_sets, set_id) if set_id else RequirementSet(client=client)
    if client.requirement_sets.filter(name__iexact=name).exclude(pk=row.pk).exists():
        raise Invalid("You have a set of this name.", "name")
    made = [_line(client, line) for line in lines]
    if not made:
        raise Invalid("Ask at least one thing.", "lines")
    if len(made) > MOST_LINES or len({_key(one) for one in made}) < len(made):
        raise Invalid(f"Ask each thing once, and at most {MOST_LINES}.", "lines")
    row.name, row.is_default, row.is_active = name, is_default and is_active, is_active
    row.save()
    row.lines.all().delete()
    for position, one in enumerate(made):
        one.set, one.position = row, position
    Requirement.objects.bulk_create(made)
    facts = {"set_id": row.pk, "name": row.name, "is_new": set_id is None, "lines": len(made)}
    door.note("client.requirements_saved", client, actor=actor, facts=facts)
    return row


def _line(client: Client, line: Line) -> Requirement:
    if line.kind not in RequirementKind.values:
        raise Invalid("Choose what is asked.", "lines")
    kind = RequirementKind(line.kind)
    if kind in NUMBER_KINDS:
        most = 100 if kind in PERCENT_KINDS else LARGEST
        if line.number is None or not 0 <= line.number <= most:
            raise Invalid(f"Enter a number from 0 to {most:,} for “{kind.label}”.", "lines")
        return Requirement(kind=kind, number=line.number)
    offered: dict[RequirementKind, Any] = {
        RequirementKind.CREDENTIAL: Credential.objects.all(),
        RequirementKind.AGREEMENT: client.agreements.all(),
        RequirementKind.TEST: client.tests.all(),
        RequirementKind.POOL: askable_pools(client.pk),
    }
    found = offered[kind].filter(pk=line.named).first()
    if found is None:
        raise Invalid("Choose what is asked from the list.", "lines")
    return Requirement(kind=kind, **{str(kind.value): found})


def askable_pools(client_id: int) -> Any:
    """Pools whose membership may be asked. A private one never: its members must not learn of it (domain.md 3.4)."""
    return Pool.objects.filter(client=client_id, is_active=True).exclude(visibility=PoolVisibility.PRIVATE)


def _key(one: Requirement) -> tuple[Any, ...]:
    return (one.kind, one.credential_id, one.agreement_id, one.test_id, one.pool_id)


@transaction.atomic
def save_agreement(
    client_id: int, agreement_id: int | None, *, actor: User, title: str, text: str, is_active: bool
) -> Agreement:
    """Add or change an agreement. Another text is a new version, which everybody is asked to sign again (domain.md 10,
    row 39). Raises Invalid at `title`."""
    client, _ = door.enter(client_id, "edit_requirements", actor=actor)
    row = _of(client.agreements, agreement_id) if agreement_id else Agreement(client=client)
    if client.agreements.filter(title__iexact=title).exclude(pk=row.pk).exists():
        raise Invalid("You have an agreement of this title.", "title")
    row.title, row.is_active = title, is_active
    row.save()
    newest = row.versions.first()
    text = text.replace("\r\n", "\n").strip()
    number = newest.number if newest else 0
    if newest is None or newest.text != text:
        number += 1
        AgreementVersion.objects.create(
            agreement=row,
            number=number,
            text=text,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            published_by=actor,
            published_at=clock.now(),
        )
    facts = {"agreement_id": row.pk, "title": row.title, "is_new": agreement_id is None, "version": number}
    door.note("client.agreement_saved", client, actor=actor, facts=facts)
    return row


@transaction.atomic
def sign(agreement_id: int, version_id: int, *, actor: User, typed_name: str) -> Signature:
    """The worker signs the version that was read. Raises Http404 for whom it is not shown to, Conflict when there is a
    newer one, Invalid at `typed_name`, AlreadyDone."""
    agreement = Agreement.objects.filter(pk=agreement_id).first()
    client = door.lock(agreement.client_id) if agreement else None
    worker = (
        Worker.objects.select_for_update(no_key=True, of=("self",))
        .select_related("user")
        .filter(user=actor)
        .first()
    )
    if agreement is None or client is None or worker is None or not may_read(worker, agreement):
        raise Http404
    newest = agreement.versions.first()
    if newest is None:
        raise Http404
    if newest.pk != version_id:
        raise Conflict("There is a newer version of this agreement. Read it before you sign.")
    if newest.signatures.filter(worker=worker).exists():
        raise AlreadyDone("You have signed it already.")
    if _plain(typed_name) != _plain(str(worker.user.name)):
        raise Invalid(f"Type your name as it stands in your profile: {worker.user.name}.", "typed_name")
    made = Signature.objects.create(
        version=newest, worker=worker, typed_name=typed_name.strip(), signed_at=clock.now()
    )
    facts = {
        "agreement_id": agreement.pk,
        "title": agreement.title,
        "version": newest.number,
        "sha256": newest.sha256,
        "worker_id": worker.pk,
    }
    door.note("client.agreement_signed", client, actor=actor, role="worker", visibility="all", facts=facts)
    return made


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


@transaction.atomic
def save_test(
    client_id: int,
    test_id: int | None,
    *,
    actor: User,
    name: str,
    about: str,
    pass_percent: int,
    is_active: bool,
) -> Test:
    """Add or change a test that the company holds elsewhere (decisions.md D23). Raises Invalid at `name`."""
    client, _ = door.enter(client_id, "edit_requirements", actor=actor)
    row = _of(client.tests, test_id) if test_id else Test(client=client)
    if client.tests.filter(name__iexact=name).exclude(pk=row.pk).exists():
        raise Invalid("You have a test of this name.", "name")
    row.name, row.about, row.pass_percent, row.is_active = name, about, pass_percent, is_active
    row.save()
    facts = {"test_id": row.pk, "name": row.name, "is_new": test_id is None, "pass_percent": pass_percent}
    door.note("client.test_saved", client, actor=actor, facts=facts)
    return row


@transaction.atomic
def record_result(
    client_id: int, test_id: int, worker_id: int, *, actor: User, percent: int, taken_on: date
) -> TestResult:
    """Keep what a worker reached; the newest counts, and its worker is told. Raises Invalid at the field."""
    client, _ = door.enter(client_id, "edit_requirements", actor=actor)
    test = _of(client.tests, test_id)
    worker = public().filter(pk=worker_id).first()
    if worker is None or client.members.filter(user=worker.user_id, is_active=True).exists():
        raise Invalid("Choose a worker.", "worker")
    if taken_on > clock.now().date() + timedelta(days=1):
        raise Invalid("Enter a day that is not ahead.", "taken_on")
    if test.results.filter(worker=worker, percent=percent, taken_on=taken_on).exists():
        raise AlreadyDone("This result is recorded already.")
    row = TestResult.objects.create(
        test=test,
        worker=worker,
        percent=percent,
        taken_on=taken_on,
        recorded_by=actor,
        recorded_at=clock.now(),
    )
    is_passed = percent >= test.pass_percent
    facts = {"test_id": test.pk, "name": test.name, "worker_id": worker.pk, "percent": percent}
    entry = door.note("client.test_recorded", client, actor=actor, visibility="all", facts=facts)
    door.tell(
        entry,
        [worker.user],
        url=f"/tests/{test.pk}/",
        context={"test": test.name, "company": client.name, "percent": percent, "passed": is_passed},
    )
    return row


def _of(rows: Any, pk: int) -> Any:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
