"""Reads of companies and their people."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Case, CharField, Count, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Concat
from django.http import Http404

from accounts.models import User
from clients import blocks
from clients.models import BlockSide, Client, Customer, DirectConsent, Invite, Location, Member, Project
from clients.roles import Role
from workers.models import Worker
from workers.queries import confirmed, public, worker_of

Entry = TypeVar("Entry", Customer, Location)
"""What stands in an address book."""

Acquaintance = Callable[[int], set[int]]
_acquaintances: list[Acquaintance] = []


def membership(user: User) -> Member | None:
    """The person's active place in a company, with the company."""
    return Member.objects.select_related("client", "user").filter(user_id=user.pk, is_active=True).first()


def membership_once(user: User) -> Member | None:
    """The same for the page of one request, asked at most once: it is kept on the account as the request loaded it."""
    if not hasattr(user, "_place"):
        user._place = membership(user)  # type: ignore[attr-defined]
    place: Member | None = user._place  # type: ignore[attr-defined]
    return place


def membership_or_404(user: User) -> Member:
    """The same for pages of the company; raises Http404 for somebody without one."""
    member = membership(user)
    if member is None:
        raise Http404
    return member


def agrees_to_direct(worker: Worker, client_id: int) -> bool:
    """Whether the worker lets this company assign without an application (decisions.md D21). Not while blocked."""
    is_given = DirectConsent.objects.filter(worker=worker, client_id=client_id).exists()
    return is_given and not blocks.is_blocked(client_id, worker.pk)


def register_acquaintance(provider: Acquaintance) -> None:
    """Let an upper room say which companies (ids) a worker has worked for or was invited by."""
    _acquaintances.append(provider)


def are_acquainted(client_id: int, worker_id: int) -> bool:
    """Whether the two have work or an invitation in common: then neither vanishes from the other's sight."""
    return any(client_id in provider(worker_id) for provider in _acquaintances)


def hidden_from_worker(client_id: int, worker_id: int) -> bool:
    """Whether the company's card answers this worker as if it did not exist: it blocked a worker it never met.

    A worker who blocked it too keeps seeing it, to lift that block.
    """
    return (
        blocks.set_by(BlockSide.CLIENT, client_id, worker_id) is not None
        and blocks.set_by(BlockSide.WORKER, client_id, worker_id) is None
        and not are_acquainted(client_id, worker_id)
    )


def hidden_from_client(worker_id: int, client_id: int) -> bool:
    """Whether the worker's profile answers this company as if it did not exist: the mirror of the above."""
    return (
        blocks.set_by(BlockSide.WORKER, client_id, worker_id) is not None
        and blocks.set_by(BlockSide.CLIENT, client_id, worker_id) is None
        and not are_acquainted(client_id, worker_id)
    )


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One company in the worker's list and whether it may assign directly."""

    client: Client
    given_at: datetime | None


def consents_of(worker: Worker) -> list[ConsentRow]:
    """Companies that the worker knows or has said yes to, by name."""
    given = dict(DirectConsent.objects.filter(worker=worker).values_list("client_id", "given_at"))
    known = set(given).union(*(provider(worker.pk) for provider in _acquaintances))
    clients = Client.objects.filter(pk__in=known).order_by("name", "pk")
    return [ConsentRow(client, given.get(client.pk)) for client in clients]


def administrators(client_id: int) -> QuerySet[Member]:
    """Active administrators whose account can sign in."""
    return Member.objects.select_related("user").filter(
        client_id=client_id, is_active=True, role=Role.ADMINISTRATOR, user__is_active=True
    )


def team(client_id: int) -> QuerySet[Member]:
    """Active members by name."""
    return Member.objects.select_related("user").filter(client_id=client_id, is_active=True)


def open_invites(client_id: int) -> QuerySet[Invite]:
    """Invitations that wait for an answer, those that ran out too."""
    return Invite.objects.select_related("invited_by").filter(
        client_id=client_id, accepted_at=None, withdrawn_at=None
    )


def customers(client_id: int) -> QuerySet[Customer]:
    """Customers with their projects, those in use first."""
    projects = Prefetch("projects", Project.objects.order_by("-is_active", "name"))
    rows = Customer.objects.filter(client_id=client_id).annotate(sites=Count("locations"))
    return _used_first(rows.prefetch_related(projects))


def locations(client_id: int, text: str = "") -> QuerySet[Location]:
    """Saved sites, those in use first; `text` looks in name, number, city and postcode."""
    rows = Location.objects.select_related("customer").filter(client_id=client_id)
    if text:
        rows = rows.filter(
            Q(name__icontains=text)
            | Q(number__icontains=text)
            | Q(city__icontains=text)
            | Q(postcode__istartswith=text)
        )
    return _used_first(rows)


def _used_first(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    """By name, those in use first: one key (`sort_key`), which a page can begin behind."""
    rank = Case(When(is_active=True, then=Value("0")), default=Value("1"))
    key = Concat(rank, "name", output_field=CharField())
    return rows.annotate(sort_key=key).order_by("sort_key", "pk")


def seen_by(user: User, client_id: int) -> Client:
    """The company as its card shows it: for workers, for its own people and for staff. Raises Http404."""
    client = Client.objects.select_related("card").filter(pk=client_id).first()
    if client is None:
        raise Http404
    if user.is_staff or Member.objects.filter(client=client, user=user, is_active=True).exists():
        return client
    is_public = Member.objects.filter(confirmed(), client=client, is_active=True).exists()
    worker = worker_of(user)
    if not is_public or worker is None or hidden_from_worker(client.pk, worker.pk):
        raise Http404
    return client


def worker_seen_by(user: User, worker_id: int) -> Worker:
    """A worker as the public profile shows them: for people of companies, the worker and staff. Raises Http404."""
    own = Worker.objects.select_related("user").filter(pk=worker_id)
    if user.is_staff or own.filter(user=user).exists():
        found = own.first()
    else:
        member = membership(user)
        found = public().filter(pk=worker_id).first() if member else None
        if member and found and hidden_from_client(found.pk, member.client_id):
            found = None
    if found is None:
        raise Http404
    return found


def silence_words(client: Client) -> str:
    """What silence means in this company: for its own people, and for workers before they apply (N1)."""
    days = client.auto_approve_days
    if days is None:
        return "Approved by people only"
    return f"Approved by itself after {days} {'day' if days == 1 else 'days'}"
