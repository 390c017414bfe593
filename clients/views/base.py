"""What every page of the company begins with."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest

from accounts.requests import SignedIn
from clients import policies
from clients.models import Member
from clients.queries import membership_or_404
from common.errors import Invalid


def member_for(request: SignedIn, verb: str) -> Member:
    """The reader's place in the company; 404 without one, 403 (NotAllowed) without the right."""
    member = membership_or_404(request.user)
    policies.require(member, verb)
    return member


def shown(member: Member, **context: Any) -> dict[str, Any]:
    """The context of a page of the company: the company, the member and what they may do."""
    return {"member": member, "client": member.client, "verbs": policies.verbs_for(member), **context}


def posted(request: HttpRequest) -> Any:
    """The form's data, or None for a page that is only read."""
    return request.POST if request.method == "POST" else None


def refuse(form: Form, refusal: Invalid) -> None:
    """Put an action's refusal where the reader can mend it."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, refusal.sentence.rstrip("."))
