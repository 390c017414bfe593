"""Issuing a proof pack: what the asker may see, packed, signed and noted (mission.md N8).

Issuing writes nothing into the assignment's history: a pack holds that history, so the next one would never be the same
file again; a Paid assignment stays as it is (S40); and the other side has no part in what somebody takes along.
"""

from django.db import transaction

from accounts.models import User
from assignments import queries
from assignments.actions.door import lock
from assignments.queries import Seen
from common.errors import Conflict, NotAllowed, WrongState
from payments.actions.invoicing import lock_invoice
from payments.models import Invoice, ProofKey, ProofPack
from payments.proof import content, signing
from payments.proof.packing import Packed, pack
from payments.queries import pdf_is_free
from payments.states import InvoiceState
from timeline import seals
from timeline.models import Chain, Entry

SUBJECT = "assignment"
CHANGED = "Something happened on this assignment while the pack was made. Make it again."


def require_pack(view: Seen) -> None:
    """Who may have a pack, then from when on. Raises NotAllowed or WrongState."""
    if "proof" not in view.sight:
        raise NotAllowed("You may have the proof pack while a dispute about this assignment is open.")
    if not view.row.engagement_id:
        raise WrongState("Nobody was assigned yet. A proof pack begins with the agreement.")


def open_invoice(view: Seen) -> Invoice | None:
    """The client's invoice that a pack would bind, if it were put in (decisions.md D7)."""
    if view.side != "client":
        return None
    found = Invoice.objects.filter(assignment=view.row, state=InvoiceState.OPEN).first()
    return None if found is None or pdf_is_free(found) else found


def issue_pack(assignment_id: int, *, actor: User, with_open_invoice: bool = False) -> ProofPack:
    """Make a pack and note it. The same content asked for again by the same person is the same row.

    `with_open_invoice`: the client's open invoice goes in, and can no longer be withdrawn from then on. Raises
    NotAllowed, WrongState, Conflict when something happened meanwhile, Assignment.DoesNotExist for strangers.
    """
    view = queries.seen(actor, assignment_id)
    require_pack(view)
    invoice = open_invoice(view) if with_open_invoice else None
    if invoice is not None:
        lock_invoice(invoice.pk, actor=actor)
    seals.seal_all()
    newest = _newest(assignment_id)
    packed = pack(content.pieces(queries.seen(actor, assignment_id), as_of=newest.at))
    with packed.file, transaction.atomic():
        lock(assignment_id)
        if _newest(assignment_id).pk != newest.pk:
            raise Conflict(CHANGED)
        return _noted(packed, view, actor)


def remake(pack_row: ProofPack, view: Seen) -> Packed:
    """The very file of an issued pack, made again for a download; the caller closes it.

    Raises NotAllowed for another side, Conflict when the assignment or its files have changed since.
    """
    require_pack(view)
    if pack_row.scope != view.side:
        raise NotAllowed("This proof pack was made for the other side.")
    packed = pack(content.pieces(view, as_of=_newest(view.row.pk).at))
    if packed.sha256 != pack_row.sha256:
        packed.file.close()
        raise Conflict("Something happened on this assignment since this pack was made. Make a new one.")
    return packed


def _noted(packed: Packed, view: Seen, actor: User) -> ProofPack:
    """The row that proves the pack later. Raises Conflict while the newest entries are not sealed yet."""
    entries = Entry.objects.filter(subject_type=SUBJECT, subject_id=view.row.pk).count()
    chain = Chain.objects.filter(subject_type=SUBJECT, subject_id=view.row.pk, length=entries).first()
    if chain is None:
        raise Conflict("The history is being sealed at this moment. Make the pack again.")
    key, _ = ProofKey.objects.get_or_create(public_hex=signing.public_hex())
    made, _ = ProofPack.objects.get_or_create(
        assignment_id=view.row.pk,
        scope=view.side,
        issued_by=actor,
        sha256=packed.sha256,
        defaults={
            "sums_sha256": packed.sums_sha256,
            "size": packed.size,
            "files": packed.files,
            "head": chain.head,
            "length": chain.length,
            "key": key,
        },
    )
    return made


def _newest(assignment_id: int) -> Entry:
    return Entry.objects.filter(subject_type=SUBJECT, subject_id=assignment_id).latest("sequence")
