"""The client at the visits: checking the worker in and out, and the site contact's link with its QR code."""

from typing import Any

import segno
from django import forms
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache

from assignments import site_contact
from assignments.actions import site_links, visits, visits_for
from assignments.forms.visits import OnBehalfForm
from assignments.views.base import VerbPage, user_of
from common.errors import Conflict
from common.secrets import unseal
from notifications.mail import absolute


class OnBehalf(VerbPage):
    """A time that the client enters for the worker."""

    label = "Time"

    def get_form(self, *data: Any) -> forms.BaseForm:
        return OnBehalfForm(*data[:1], row=self.view.row, label=self.label, now=self.view.now)

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:details", pk=self.view.row.pk)


class CheckInFor(OnBehalf):
    verb, title, button = "check_in_for", "Check in for the worker", "Check in for the worker"
    lead = "The visit says that your company entered it. The worker is told."
    done = "The worker is checked in and was told."
    label = "Arrived"

    def find(self) -> None:
        visits.to_begin(self.view)

    def run(self, form: Any) -> None:
        visits_for.check_in_for(self.view.row.pk, actor=user_of(self.request), **form.cleaned_data)


class CheckOutFor(OnBehalf):
    verb, title, button = "check_out_for", "Check out for the worker", "Check out for the worker"
    lead = "The visit says that your company entered it. The worker is told."
    done = "The worker is checked out and was told."
    label = "Left"

    def find(self) -> None:
        visits.to_end(self.view)

    def run(self, form: Any) -> None:
        visits_for.check_out_for(self.view.row.pk, actor=user_of(self.request), **form.cleaned_data)


@method_decorator(never_cache, name="dispatch")
class RenewSiteLink(VerbPage):
    """Shows the link with its QR code, to be sent or printed; makes it, or another one in its place."""

    verb, title, button = "renew_site_link", "Link for the site contact", "Make the link"
    done = "The link is made. Codes of a former one no longer work."
    template_name = "assignments/client/site_link.html"

    def context(self) -> dict[str, Any]:
        link = site_contact.of_row(self.view.row)
        if link is None or link.revoked_at:
            return {"link": "", "was_revoked": link is not None}
        address = absolute(reverse("assignments:site_contact", args=[unseal(link.sealed_token)]))
        return {"link": address, "made_at": link.made_at, "qr": qr(address)}

    def run(self, form: forms.BaseForm) -> None:
        site_links.renew_site_link(self.view.row.pk, actor=user_of(self.request))

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:renew_site_link", pk=self.view.row.pk)


class RevokeSiteLink(VerbPage):
    verb, title, button, danger = "revoke_site_link", "Revoke the link", "Revoke link", True
    lead = "The site contact's page closes, and codes that were given and not used no longer work."
    done = "The link is revoked."

    def find(self) -> None:
        link = site_contact.of_row(self.view.row)
        if link is None or link.revoked_at:
            raise Conflict("There is no link that could be revoked.")

    def run(self, form: forms.BaseForm) -> None:
        site_links.revoke_site_link(self.view.row.pk, actor=user_of(self.request))

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:renew_site_link", pk=self.view.row.pk)


def qr(text: str) -> SafeString:
    """The address as a drawing: black on white in every theme, so that phones read it."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(scale=6, dark="#000", light="#fff")
    return mark_safe(drawn)  # noqa: S308 (drawn from modules; the text itself is not in it)
