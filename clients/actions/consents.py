"""The worker's word that a company may assign directly (decisions.md D21). Only the worker gives it."""

from django.db import transaction
from django.http import Http404
from django.urls import reverse

from accounts.models import User
from clients.actions import door
from clients.blocks import is_blocked
from clients.models import Client, DirectConsent, Member
from clients.queries import hidden_from_worker
from clients.roles import Role
from common import clock
from common.errors import NotAllowed
from workers.models import Worker


@transaction.atomic
def give_consent(client_id: int, *, actor: User) -> None:
    """Let the company assign without an application. Giving it twice is giving it once."""
    client, worker = _both(client_id, actor)
    _, is_new = DirectConsent.objects.get_or_create(
        client=client, worker=worker, defaults={"given_at": clock.now()}
    )
    if is_new:
        _note("client.consent_given", client, worker, actor)


@transaction.atomic
def withdraw_consent(client_id: int, *, actor: User) -> None:
    """Take it back. Assignments already made stay."""
    client, worker = _both(client_id, actor)
    gone, _ = DirectConsent.objects.filter(client=client, worker=worker).delete()
    if gone:
        _note("client.consent_withdrawn", client, worker, actor)


def _both(client_id: int, actor: User) -> tuple[Client, Worker]:
    client = door.lock(client_id)
    if client is None:
        raise Http404
    worker = Worker.objects.select_for_update(no_key=True).filter(user_id=actor.pk).first()
    if worker is None:
        raise NotAllowed("Only workers give this consent.")
    if Member.objects.filter(client=client, user_id=actor.pk, is_active=True).exists():
        raise NotAllowed("You cannot work for your own company.")
    if hidden_from_worker(client.pk, worker.pk):
        raise Http404
    return client, worker


def _note(kind: str, client: Client, worker: Worker, actor: User) -> None:
    facts = {"worker_id": worker.pk}
    entry = door.note(kind, client, actor=actor, role="worker", visibility="all", facts=facts)
    if is_blocked(
        client.pk, worker.pk
    ):  # the word counts again when the block is lifted; nobody hears of it now
        return
    managers = client.members.select_related("user").filter(
        is_active=True, role__in=[Role.ADMINISTRATOR, Role.MANAGER]
    )
    context = {"person": str(actor), "company": client.name}
    door.tell(
        entry,
        [each.user for each in managers],
        url=reverse("clients:worker", args=[worker.pk]),
        context=context,
    )
