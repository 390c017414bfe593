"""A bank's statement read in: each line is matched once, and what matches nothing waits for a person.

Debits with an end-to-end id of ours say that a payout was paid; credits with one that it came back. A debit of a whole
file or block pays all of it when the sum is the same.
"""

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import User
from common import clock
from common.errors import Conflict, Invalid
from common.money import Money
from payments import banking, policies
from payments.actions.sending import amount_of, locked_small, small_reached
from payments.actions.withdrawing import locked, reached
from payments.gateway.base import PAID, RETURNED, Transfer
from payments.gateway.camt053 import CannotRead, Line, Statement, read
from payments.models import BankLine, BankStatement, PayoutBatch, PayoutItem
from payments.states import LineResult

IMPORT = "payments.add_bankstatement"
RESOLVE = "payments.change_bankstatement"


@dataclass(frozen=True, slots=True)
class Match:
    """What a line did, and why it did nothing where a person must look."""

    result: str
    why: str = ""
    item: PayoutItem | None = None


def import_statement(data: bytes, file_name: str, *, actor: User) -> list[BankStatement]:
    """Read a camt.053 file and book what it says, all of it or nothing.

    Raises Invalid for a file that cannot be read or is of another account, Conflict for a statement that was read
    before: then nothing changes.
    """
    policies.require_staff(actor, IMPORT)
    try:
        found = read(data)
    except CannotRead as error:
        raise Invalid(str(error), "file") from error
    own = {banking.bare(number) for number in settings.ONSITE_PAYER_ACCOUNTS.values()}
    if own and any(one.account not in own for one in found):
        raise Invalid("This statement is of an account that ONSITE_PAYER_ACCOUNTS does not name.", "file")
    digest = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        return [_import(one, digest, file_name, actor) for one in found]


def resolve_line(line_id: int, *, actor: User, note: str) -> BankLine:
    """A person looked at a line that matched nothing, and says what it is. Nothing about money changes."""
    policies.require_staff(actor, RESOLVE)
    if not note.strip():
        raise Invalid("Enter what it is.", "note")
    with transaction.atomic():
        line = BankLine.objects.select_for_update(no_key=True, of=("self",)).get(pk=line_id)
        if line.result != LineResult.UNMATCHED:
            raise Conflict("Somebody has looked at this line already.")
        line.result, line.resolution = LineResult.RESOLVED, note.strip()[:300]
        line.resolved_at, line.resolved_by = clock.now(), actor
        line.save(update_fields=["result", "resolution", "resolved_at", "resolved_by"])
    return line


def _import(found: Statement, digest: str, file_name: str, actor: User) -> BankStatement:
    account_hash = hashlib.sha256(f"{settings.SECRET_KEY}:{found.account}".encode()).hexdigest()
    try:
        with transaction.atomic():
            statement = BankStatement.objects.create(
                statement_id=found.id,
                account=found.account[-4:],
                account_hash=account_hash,
                sha256=digest,
                file_name=file_name[:120],
                imported_at=clock.now(),
                imported_by=actor,
            )
    except IntegrityError as error:
        raise Conflict(f"Statement {found.id} was read before. Nothing was changed.") from error
    for ordinal, line in enumerate(found.lines, 1):
        if not line.amount:
            continue
        match = _match(line, actor)
        BankLine.objects.create(
            statement=statement,
            ordinal=ordinal,
            is_credit=line.is_credit,
            currency=line.amount.currency,
            amount_minor=line.amount.minor,
            booked_on=line.booked_on,
            end_to_end_id=line.end_to_end_id,
            batch_reference=line.batch_reference,
            bank_reference=line.bank_reference,
            text=line.text,
            return_reason=line.return_reason,
            result=match.result,
            why=match.why,
            item=match.item,
        )
    return statement


def _match(line: Line, actor: User) -> Match:
    item = None
    if line.end_to_end_id:
        rows = PayoutItem.objects.select_related("withdrawal", "small_payment__account", "batch")
        item = rows.filter(end_to_end_id=line.end_to_end_id).first()
    if item is not None:
        return _one(item, line, actor)
    return _whole(line, actor)


def _one(item: PayoutItem, line: Line, actor: User) -> Match:
    """A line about one payout of ours."""
    amount = _amount(item)
    if line.amount != amount:
        return Match(LineResult.UNMATCHED, f"{item.end_to_end_id} is over {amount}.", item)
    if item.released_at is not None:
        return Match(
            LineResult.UNMATCHED, f"Its file {item.batch.reference} is void: was it paid twice?", item
        )
    status = RETURNED if line.is_credit else PAID
    if not line.is_credit and BankLine.objects.filter(item=item, is_credit=False).exists():
        return Match(LineResult.UNMATCHED, f"{item.end_to_end_id} left the account before.", item)
    if not _reach(item, status, line, actor):
        return Match(LineResult.NOTHING_NEW, "", item)
    return Match(LineResult.RETURNED if line.is_credit else LineResult.PAID, "", item)


def _whole(line: Line, actor: User) -> Match:
    """A debit of a whole file, or of a block of it, booked as one."""
    if line.is_credit or not line.batch_reference:
        return Match(LineResult.UNMATCHED, "No payout of ours has this end-to-end id.")
    reference = line.batch_reference
    batch = PayoutBatch.objects.filter(reference__in=[reference, reference.rpartition("-")[0]]).first()
    if batch is None:
        return Match(LineResult.UNMATCHED, "No payout file of ours has this reference.")
    if batch.voided_at is not None or line.amount != batch.total:
        return Match(LineResult.UNMATCHED, f"The file {batch.reference} is over {batch.total}, or void.")
    items = batch.items.select_related("withdrawal", "small_payment__account").order_by("id")
    changed = [_reach(item, PAID, line, actor) for item in items]
    return Match(LineResult.PAID if any(changed) else LineResult.NOTHING_NEW)


def _reach(item: PayoutItem, status: str, line: Line, actor: User) -> bool:
    if item.withdrawal_id is not None:
        made = locked(item.withdrawal_id)
        why = line.return_reason or "The bank sent it back."
        return reached(made, status, actor=actor, role="admin", reference=line.bank_reference, why=why)
    assert item.small_payment_id is not None  # noqa: S101 - the constraint says so
    return small_reached(
        locked_small(item.small_payment_id), Transfer(status, line.bank_reference, line.return_reason)
    )


def _amount(item: PayoutItem) -> Money:
    if item.withdrawal is not None:
        return item.withdrawal.amount
    assert item.small_payment is not None  # noqa: S101 - the constraint says so
    return amount_of(item.small_payment)
