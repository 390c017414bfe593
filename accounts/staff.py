"""Platform admins prove a second factor before they see anything (quality.md 3, row 14; ASVS 5.0, 6.3.3 and 7.5.3).

Enforced for every address at once, so that a staff-only page added later is behind it too.
"""

from collections.abc import Callable
from typing import Any, Final

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import is_reauthentication_required, suspend_request
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User

PROVED: Final = "staff_factor"
"""Session key: the account for which this session itself added a factor, which proves it as well as a code does."""

OPEN: Final = frozenset(
    {"accounts:theme", "healthz", "readyz", "manifest", "service_worker", "offline", "account_logout"}
)
OPEN_PREFIXES: Final = ("mfa_", "account_")
"""What a platform admin without a second factor may still open: the own sign-in, the factor itself, the frame."""

FRESH: Final = frozenset(
    {
        "admin:accounts_user_change",
        "admin:auth_group_add",
        "admin:auth_group_change",
        "admin:auth_group_delete",
        "admin:account_emailaddress_add",
        "admin:account_emailaddress_change",
        "admin:mfa_authenticator_add",
        "admin:mfa_authenticator_change",
        "admin:mfa_authenticator_delete",
        "admin:clients_client_terms",
        "admin:payments_deposit_change",
        "admin:payments_invoice_credit",
        "admin:payments_payoutbatch_file",
        "admin:payments_payoutbatch_make",
        "admin:payments_taxform_change",
        "admin:payments_taxform_year",
        "admin:payments_withdrawal_change",
    }
)
"""Pages of rights, money that leaves and tax numbers: password or code once more, if the last time was over five
minutes ago (ACCOUNT_REAUTHENTICATION_TIMEOUT). What was typed meanwhile is kept and sent after that."""

FACTORS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""Recovery codes stand in for one of these and are none by themselves."""

WHY: Final = "Platform admins need a second factor. Add one here; the other pages open after that."


class StaffFactorMiddleware:
    """Leads a platform admin without a proved second factor to the page that sets one up, or asks for its code.

    Rests where ONSITE_STAFF_MFA is off. Costs other people nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        match, user = request.resolver_match, request.user
        name = match.view_name if match is not None else ""
        if not settings.ONSITE_STAFF_MFA or name in OPEN or name.startswith(OPEN_PREFIXES):
            return None
        if not (isinstance(user, User) and user.is_staff):
            return None
        if not is_mfa_enabled(user, types=FACTORS):
            if request.method == "GET":
                messages.warning(request, WHY)
            return redirect("mfa_index")
        if not has_proved(request, user):
            return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': way_on(request)})}")
        if name in FRESH and is_reauthentication_required(request, app="allauth.account"):
            asking: str = get_adapter().get_reauthentication_methods(user)[0]["url"]
            return redirect(suspend_request(request, asking).url)
        return None


def has_proved(request: HttpRequest, user: User) -> bool:
    """Whether this very session showed a second factor: by a code, a key, or by adding it."""
    records = get_authentication_records(request, user)
    return request.session.get(PROVED) == user.pk or any(one.get("method") == "mfa" for one in records)


def way_on(request: HttpRequest) -> str:
    """Where to go after the code: the page itself, or home where the address is one of a button."""
    return request.get_full_path() if request.method == "GET" else reverse("home")


@receiver(authenticator_added)
def remember(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    """A factor that this session has just added counts for it; the person's other sessions have to show it."""
    if request.user == user:
        request.session[PROVED] = user.pk
