"""The address of a link to answer from the mail, and the link of an address (mission.md N3).

A token is the link's random nonce with a signature by the secret key. It is made when the mail is written out, from
the link's id alone: neither the outbox nor the database holds it. Changing the secret key ends all open links, unless
the old one stays among SECRET_KEY_FALLBACKS.
"""

from django.core.signing import BadSignature, Signer

from assignments.models import AnswerLink

_SALT = "onsite.answer"


def token_of(link: AnswerLink) -> str:
    """The secret part of the link's address."""
    return Signer(salt=_SALT).sign(link.nonce)


def link_of(token: str) -> AnswerLink | None:
    """The link that a token belongs to; None for one that this portal did not sign, without asking the database."""
    try:
        nonce = Signer(salt=_SALT).unsign(token)
    except BadSignature:
        return None
    found = AnswerLink.objects.select_related("order", "user").filter(nonce=nonce)
    return found.first()
