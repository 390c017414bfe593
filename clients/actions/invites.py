"""Inviting colleagues by mail: a link that works once, for 7 days. Only the hash of its token is kept."""

from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Final

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.http import Http404
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from clients.actions import door
from clients.models import Client, Invite, Member
from clients.queries import administrators, open_invites
from clients.roles import Role
from common import clock, when
from common.errors import AlreadyDone, Conflict, Invalid, NotAllowed, WrongState
from notifications.mail import absolute
from notifications.outbox import queue_raw

VALID_FOR: Final = timedelta(days=7)


@transaction.atomic
def invite(
    client_id: int, *, actor: User, email: str, role: Role, max_budget_minor: int | None
) -> tuple[Invite, str]:
    """Invite somebody; gives the row and the token of the link, which nobody can read again.

    Raises Invalid at `email` for a colleague and for an address whose invitation is open. Whether the address
    belongs to somebody outside the company is not told.
    """
    client, _ = door.enter(client_id, "invite", actor=actor)
    now = clock.now()
    if Member.objects.filter(client=client, is_active=True, user__email__iexact=email).exists():
        raise Invalid("This person is in your team already", "email")
    for earlier in open_invites(client.pk).filter(email__iexact=email):
        if earlier.expires_at > now:
            raise Invalid("An invitation to this address is open. Withdraw it to send another", "email")
        _close(earlier)
    token = token_urlsafe(32)
    row = Invite.objects.create(
        client=client,
        email=email.lower(),
        role=role,
        max_budget_minor=max_budget_minor,
        token_hash=_hash(token),
        invited_by=actor,
        created_at=now,
        expires_at=now + VALID_FOR,
    )
    facts = {"invite_id": row.pk, "role": Role(role).label}
    door.note("client.member_invited", client, actor=actor, facts=facts)
    _mail(row, client, actor, token)
    return row, token


@transaction.atomic
def withdraw_invite(client_id: int, invite_id: int, *, actor: User) -> None:
    """Make the link useless. Raises Http404 for a foreign invitation, AlreadyDone for a closed one."""
    client, _ = door.enter(client_id, "withdraw_invite", actor=actor)
    row = (
        Invite.objects.select_for_update(no_key=True, of=("self",))
        .filter(client=client, pk=invite_id)
        .first()
    )
    if row is None:
        raise Http404
    if row.accepted_at:
        raise WrongState(
            "This invitation was accepted meanwhile. Remove the colleague from the team instead."
        )
    if row.withdrawn_at:
        raise AlreadyDone("The invitation is withdrawn.")
    _close(row)
    door.note("client.invite_withdrawn", client, actor=actor, facts={"invite_id": row.pk})


def find(token: str) -> Invite:
    """The open invitation of a link.

    Raises Http404 for an unknown one, WrongState with the reason for one that is used, withdrawn or too old.
    """
    row = Invite.objects.select_related("client", "invited_by").filter(token_hash=_hash(token)).first()
    if row is None:
        raise Http404
    if row.accepted_at:
        raise WrongState("This invitation was used already. Sign in to go on.")
    if row.withdrawn_at:
        raise WrongState("This invitation was withdrawn. Ask the company for a new one.")
    if row.expires_at <= clock.now():
        raise WrongState("This invitation has expired. Ask the company for a new one.")
    return row


@transaction.atomic
def accept(token: str, *, actor: User) -> Member:
    """Join the company with one's account. The address of the invitation has to be the account's own.

    Raises NotAllowed for another person, Conflict for somebody who belongs to a company.
    """
    client = door.lock(find(token).client_id)
    row = find(token)
    user = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    if client is None or user.email.lower() != row.email.lower():
        raise NotAllowed("This invitation is for another e-mail address. Sign in with that one to accept it.")
    present = Member.objects.filter(user=user, is_active=True).select_related("client").first()
    if present is not None:
        raise Conflict(f"You belong to {present.client} already. Leave it before you join another company.")
    return _join(client, row, user)


@transaction.atomic
def accept_as_new(token: str, *, name: str, password: str, time_zone: str) -> User:
    """Make an account and join. Having the link proves the address. Raises Conflict when it has an account."""
    row = find(token)
    user = User(email=row.email.lower(), name=name, time_zone=time_zone, date_joined=clock.now())
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise Conflict("This address has an account already. Sign in to accept the invitation.") from error
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    accept(token, actor=user)
    user.refresh_from_db()
    return user


def _join(client: Client, row: Invite, user: User) -> Member:
    now = clock.now()
    member, _ = Member.objects.update_or_create(
        client=client,
        user=user,
        defaults={
            "role": row.role,
            "max_budget_minor": row.max_budget_minor,
            "is_active": True,
            "joined_at": now,
        },
    )
    row.accepted_at = now
    row.save(update_fields=["accepted_at"])
    user.hat = User.Hat.CLIENT
    user.save(update_fields=["hat"])
    facts = {"member_id": member.pk, "invite_id": row.pk, "role": member.get_role_display()}
    entry = door.note("client.member_joined", client, actor=user, facts=facts)
    context = {"company": client.name, "person": str(user), "role": member.get_role_display()}
    people = [each.user for each in administrators(client.pk)]
    door.tell(entry, people, url=reverse("clients:team"), context=context)
    return member


def _close(row: Invite) -> None:
    row.withdrawn_at = clock.now()
    row.save(update_fields=["withdrawn_at"])


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _mail(row: Invite, client: Client, actor: User, token: str) -> None:
    context = {
        "company": client.name,
        "inviter": str(actor),
        "role": row.get_role_display(),
        "url": absolute(reverse("clients:accept_invite", args=[token])),
        "until": when.instant(row.expires_at, client.time_zone),
    }
    queue_raw(
        to_email=row.email,
        subject=render_to_string("mail/client.invitation.subject.txt", context),
        body=render_to_string("mail/client.invitation.txt", context).strip() + "\n",
        kind="client.invitation",
    )
