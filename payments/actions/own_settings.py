"""What a worker settles about the own payouts: the tax data, and automatic withdrawal."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from accounts.models import User
from common import clock
from common.errors import Conflict, Invalid
from common.money import LARGEST_MINOR, Money
from common.secrets import seal, unseal
from payments import banking, notices, policies, queries
from payments.actions.bank_accounts import live, lock_worker
from payments.models import AutoWithdrawal, TaxForm
from payments.states import TinType
from timeline.record import next_sequence, record
from workers.models import Worker


@dataclass(frozen=True, slots=True)
class TaxData:
    """The answers of the form. An empty `tin` keeps the number that was given before."""

    name: str
    business_name: str
    classification: str
    street: str
    city: str
    region: str
    postcode: str
    tin_type: str
    tin: str


def give_tax_data(data: TaxData, *, actor: User, certified: bool, address: str = "") -> TaxForm:
    """Keep the worker's tax data as a new version, sealed. Of the version before, everything but the number stays.

    Raises Invalid with the field.
    """
    if not certified:
        raise Invalid("Tick that it is true: without it nothing can be paid out.", "certified")
    with transaction.atomic():
        worker = lock_worker(policies.require_worker(actor).pk)
        before = queries.tax_form_of(worker)
        digits = _tin(data, before)
        now = clock.now()
        words = {name: " ".join(getattr(data, name).split()) for name in _WORDS}
        if before is not None and not _changed(before, data, words, digits):
            return before
        if before is not None:
            before.superseded_at, before.sealed_tin = now, ""
            before.save(update_fields=["superseded_at", "sealed_tin"])
        form = TaxForm.objects.create(
            worker=worker,
            **words,
            classification=data.classification,
            tin_type=data.tin_type,
            tin_last4=digits[-4:],
            sealed_tin=seal(digits),
            certified_at=now,
            certified_from=address[:45],
        )
        kind = "tax_form.changed" if before else "tax_form.given"
        _record(kind, worker, actor, role="worker", number=form.tin_last4)
        notices.about_worker(kind, worker, actor=actor, at=now, url="/payments/tax/")
    return form


def reveal_tax_number(worker_id: int, *, actor: User, reason: str) -> str:
    """The tax number for an admin who says why. It is written down, and the worker is told."""
    policies.require_staff(actor, "payments.reveal_taxform")
    if not reason.strip():
        raise Invalid("Enter why you need the number. The worker will read it.", "reason")
    with transaction.atomic():
        worker = lock_worker(worker_id)
        form = queries.tax_form_of(worker)
        if form is None:
            raise Conflict("This worker has given no tax data.")
        said = {"reason": reason.strip()[:200]}
        _record("tax_form.revealed", worker, actor, role="admin", number=form.tin_last4, **said)
        notices.about_worker(
            "tax_form.revealed", worker, actor=actor, at=clock.now(), url="/payments/tax/", **said
        )
        return unseal(form.sealed_tin)


def set_auto_withdrawal(*, actor: User, account_id: int, threshold: Money) -> AutoWithdrawal:
    """The whole balance goes to this account whenever it reaches the threshold. Raises Invalid."""
    with transaction.atomic():
        worker = lock_worker(policies.require_worker(actor).pk)
        least = Money(settings.ONSITE_AUTO_WITHDRAW_MIN_MINOR, threshold.currency)
        if not least <= threshold <= Money(LARGEST_MINOR, threshold.currency):
            raise Invalid(f"Enter {least} or more.", "threshold")
        account = live(worker).filter(pk=account_id).first()
        if account is None or not account.is_usable or account.currency != threshold.currency:
            raise Invalid("Choose one of your verified bank accounts.", "account")
        if settings.ONSITE_TAX_FORM and queries.tax_form_of(worker) is None:
            raise Invalid("Give your tax data first.")
        rule, _ = AutoWithdrawal.objects.update_or_create(
            worker=worker,
            defaults={
                "account": account,
                "currency": threshold.currency,
                "threshold_minor": threshold.minor,
                "turned_on_at": clock.now(),
                "failures": 0,
                "parked_until": None,
            },
        )
        kind, name = "auto_withdrawal.turned_on", str(account)
        _record(kind, worker, actor, role="worker", account=name, threshold=threshold)
        notices.about_worker(kind, worker, actor=actor, at=clock.now(), account=name, threshold=threshold)
    return rule


def stop_auto_withdrawal(*, actor: User) -> None:
    """Nothing goes by itself any more. Off already: nothing changes."""
    with transaction.atomic():
        worker = lock_worker(policies.require_worker(actor).pk)
        gone, _ = AutoWithdrawal.objects.filter(worker=worker).delete()
        if gone:
            _record("auto_withdrawal.turned_off", worker, actor, role="worker")


_WORDS = ("name", "business_name", "street", "city", "region", "postcode")


def _tin(data: TaxData, before: TaxForm | None) -> str:
    """The nine digits: those typed, or those of the version before when none are."""
    if not data.tin.strip() and before is not None and before.tin_type == data.tin_type:
        return unseal(before.sealed_tin)
    digits = banking.tin_digits(data.tin)
    is_right = banking.is_ssn if data.tin_type == TinType.SSN else banking.is_ein
    if not is_right(digits):
        words = "Social Security number" if data.tin_type == TinType.SSN else "employer identification number"
        raise Invalid(f"Enter the nine digits of your {words}.", "tin")
    return digits


def _changed(before: TaxForm, data: TaxData, words: dict[str, str], digits: str) -> bool:
    same_words = all(getattr(before, name) == words[name] for name in words)
    same_kind = (before.classification, before.tin_type) == (data.classification, data.tin_type)
    return not (same_words and same_kind and unseal(before.sealed_tin) == digits)


def _record(kind: str, worker: Worker, actor: User, *, role: str, **facts: object) -> None:
    record(
        kind,
        subject_type="worker",
        subject_id=worker.pk,
        sequence=next_sequence("worker", worker.pk),
        actor=actor,
        role=role,
        at=clock.now(),
        facts=facts,
        visibility="worker",
    )
