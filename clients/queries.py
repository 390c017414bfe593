"""Reads of companies and their people."""

from clients.models import DirectConsent, Member
from accounts.models import User
from workers.models import Worker


def membership(user: User) -> Member | None:
    """The person's active place in a company, with the company."""
    return Member.objects.select_related("client", "user").filter(user_id=user.pk, is_active=True).first()


def agrees_to_direct(worker: Worker, client_id: int) -> bool:
    """Whether the worker lets this company assign without an application (decisions.md D21)."""
    return DirectConsent.objects.filter(worker=worker, client_id=client_id).exists()
