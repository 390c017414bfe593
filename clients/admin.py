"""Companies and their people in the admin: figures of the contract are set here, with their history."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from accounts.models import User
from clients.actions.company import set_terms
from clients.forms import MoneyField
from clients.models import Client, Member
from common.admin import VersionedAdmin
from common.errors import DomainError
from common.money import Money
from ledger.models import Posting
from ledger.reserve import available


class TermsForm(forms.Form):
    """The new limit. The hidden count of postings makes a doubled click one posting."""

    serial = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, currency: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["limit"] = MoneyField(currency, label=f"Terms limit in {currency}")
        self.fields["limit"].required = True


class MemberInline(admin.TabularInline):
    """Who belongs to the company; changed by the company's administrators."""

    model = Member
    extra = 0
    can_delete = False
    fields = readonly_fields = ("user", "role", "max_budget_minor", "is_active", "joined_at")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Client)
class ClientAdmin(VersionedAdmin):
    change_form_template = "admin/clients/client/change_form.html"
    list_display = ("name", "city", "country", "currency", "fee", "default_terms_days", "support_access")
    list_filter = ("country", "support_access", "auto_pay")
    search_fields = ("name", "=members__user__email")
    ordering = ("name",)
    readonly_fields = ("currency", "created_at")
    inlines = (MemberInline,)
    show_full_result_count = False
    fieldsets: ClassVar = (
        (None, {"fields": ("name", "industry", "time_zone", "currency", "created_at")}),
        ("Contract", {"fields": ("fee_bps", "default_terms_days", "fastfunds_allowed")}),
        ("Billing address", {"fields": ("street", "city", "region", "postcode", "country")}),
        ("The company's own choices", {"fields": ("auto_pay", "support_access")}),
    )

    @admin.display(description="fee", ordering="fee_bps")
    def fee(self, client: Client) -> str:
        return f"{client.fee_bps / 100:.2f} %"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Opening the door for support is the company's word, never the admin's."""
        return (*self.readonly_fields, "auto_pay", "support_access")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Companies are founded by their first administrator at sign-up."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.terms)
        return [path("<int:client_id>/terms/", view, name="clients_client_terms"), *super().get_urls()]

    def terms(self, request: HttpRequest, client_id: int) -> HttpResponse:
        """Set how much the company may spend on payment terms; the ledger posts the difference."""
        client = Client.objects.filter(pk=client_id).first()
        if client is None:
            raise Http404
        if not isinstance(request.user, User) or not self.has_change_permission(request, client):
            raise PermissionDenied
        form = TermsForm(client.currency, request.POST or None, initial={"serial": _serial(client)})
        if (
            request.method == "POST"
            and form.is_valid()
            and self._granted(request, request.user, client, form)
        ):
            return redirect("admin:clients_client_change", client.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Terms limit of {client}",
            "opts": self.opts,
            "original": client,
            "form": form,
            "funds": available(client.pk, client.currency),
        }
        return render(request, "admin/clients/client/terms.html", context)

    def _granted(self, request: HttpRequest, actor: User, client: Client, form: TermsForm) -> bool:
        limit = Money(form.cleaned_data["limit"], client.currency)
        key = f"terms:{client.pk}:{form.cleaned_data['serial']}"
        try:
            set_terms(client.pk, actor=actor, limit=limit, key=key)
        except DomainError as refusal:
            form.add_error("limit", refusal.sentence)
            return False
        LogEntry.objects.log_actions(actor.pk, [client], CHANGE, f"Terms limit set to {limit}.")
        self.message_user(request, f"The terms limit of {client} is {limit}.", messages.SUCCESS)
        return True


@admin.register(Member)
class MemberAdmin(VersionedAdmin):
    """To look at: roles are changed on the company's own pages, where the last administrator is guarded."""

    list_display = ("user", "client", "role", "max_budget_minor", "is_active", "joined_at")
    list_filter = ("role", "is_active")
    list_select_related = ("user", "client")
    search_fields = ("=user__email", "client__name")
    ordering = ("-pk",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _serial(client: Client) -> int:
    return Posting.objects.filter(kind="terms.granted", subject_id=client.pk).count()


def terms_address(client: Client) -> str:
    """Where the terms limit of a company is set."""
    return reverse("admin:clients_client_terms", args=[client.pk])
