"""What page and paper of an agreement show: one version in the words of one side, its amendments, its hashes."""

from dataclasses import dataclass

from accounts.models import User
from assignments import agreement
from assignments.actions.scope import Scope
from assignments.agreement import Changed, Section
from assignments.models import AgreementSheet, Amendment, Attachment
from assignments.queries import Seen
from assignments.sheets import Parts, digest


@dataclass(frozen=True, slots=True)
class Amended:
    """One amendment and what this side reads of it. `accepted_by` is empty for money that the client added."""

    amendment: Amendment
    changes: tuple[Changed, ...]
    proposed_by: User
    accepted_by: User | None


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was agreed when the worker was assigned. `uuid` is empty once it is taken away."""

    name: str
    sha256: str
    uuid: str


@dataclass(frozen=True, slots=True)
class SheetPage:
    """`shown` is the version on the page: the newest one, or an older one by its position (0 is the sheet)."""

    sheet: AgreementSheet
    shown: AgreementSheet | Amendment
    position: int
    last: int
    sections: tuple[Section, ...]
    amended: tuple[Amended, ...]
    documents: tuple[Document, ...]
    chain: tuple[AgreementSheet | Amendment, ...]
    matches: bool
    turns: tuple[int, ...]

    @property
    def is_in_force(self) -> bool:
        return self.position == self.last

    @property
    def client_name(self) -> str:
        """The company as it was called when the agreement was made."""
        return str(self.sheet.parts.shared["parties"]["client_name"])

    @property
    def amendments_text(self) -> str:
        return "1 amendment" if self.last == 1 else f"{self.last} amendments"

    @property
    def hashes(self) -> tuple[tuple[str, str], ...]:
        """The three parts of the shown version by name, each with its hash."""
        one = self.shown
        return (
            ("For both sides", digest(one.shared)),
            ("For the client", digest(one.client_part)),
            ("For the worker", digest(one.worker_part)),
        )


def readable(view: Seen) -> list[AgreementSheet]:
    """The agreements that this viewer may read, oldest first: a worker the one of the own present time (D10)."""
    if "sheet" not in view.sight:
        return []
    found = AgreementSheet.objects.filter(assignment=view.row).order_by("turn")
    if view.side == "worker":
        found = found.filter(engagement=view.row.engagement)
    return list(found.select_related("engagement__worker__user", "assignment__client"))


def sheet_page(view: Seen, turn: int | None = None, position: int | None = None) -> SheetPage:
    """An agreement for this viewer; by default the newest one, as it is in force.

    Raises AgreementSheet.DoesNotExist for what is not there, or not for this viewer.
    """
    sheets = readable(view)
    sheet = next((one for one in reversed(sheets) if turn in (None, one.turn)), None)
    if sheet is None:
        raise AgreementSheet.DoesNotExist
    amendments = list(
        Amendment.objects.filter(sheet=sheet)
        .select_related("sheet", "proposed_by", "accepted_by")
        .order_by("position")
    )
    chain: tuple[AgreementSheet | Amendment, ...] = (sheet, *amendments)
    last = len(amendments)
    position = last if position is None else position
    if not 0 <= position <= last:
        raise AgreementSheet.DoesNotExist
    return SheetPage(
        sheet=sheet,
        shown=chain[position],
        position=position,
        last=last,
        sections=agreement.sections(chain[position].parts, view.side),
        amended=tuple(_amended(chain[n], one, view.side) for n, one in enumerate(amendments)),
        documents=_documents(sheet),
        chain=chain,
        matches=is_whole(chain),
        turns=tuple(one.turn for one in sheets),
    )


def is_whole(chain: tuple[AgreementSheet | Amendment, ...]) -> bool:
    """Every hash is the one of what is stored, and each names the document before it."""
    befores = ("", *(one.sha256 for one in chain))
    return all(
        one.matches and one.before_sha256 == before for one, before in zip(chain, befores, strict=False)
    )


def would_change(parts: Parts, scope: Scope, side: str) -> tuple[Changed, ...]:
    """What a proposal of another scope would change in the agreement, as this side reads it."""
    words = {"description": scope.description, "special_instructions": scope.special_instructions}
    things = [agreement.wanted_thing(one) for one in scope.deliverables]
    after = agreement.with_scope(parts, words, scope.duration_minutes, things)
    return agreement.changes(parts, after, side)


def _amended(before: AgreementSheet | Amendment, one: Amendment, side: str) -> Amended:
    changes = agreement.changes(before.parts, one.parts, side)
    return Amended(one, changes, one.proposed_by, one.accepted_by)


def _documents(sheet: AgreementSheet) -> tuple[Document, ...]:
    """Names come from the files' own rows: the sheet knows ids and hashes."""
    agreed = sheet.parts.shared["documents"]
    names = {one.pk: one for one in Attachment.objects.filter(pk__in=[one["id"] for one in agreed])}
    found = []
    for one in agreed:
        file = names.get(one["id"])
        is_there = file is not None and file.removed_at is None
        found.append(
            Document(
                file.name if file else "Document", one["sha256"], str(file.uuid) if file and is_there else ""
            )
        )
    return tuple(found)
