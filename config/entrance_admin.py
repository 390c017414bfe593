"""What staff see of second factors and of addresses to sign in with: nothing here is written by hand."""

from typing import ClassVar

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.http import HttpRequest

from common.admin import ReadOnlyAdmin


class AuthenticatorAdmin(ReadOnlyAdmin):
    """Whose, of which kind, since when. The secret is on no page. A lost factor is deleted, which is logged."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    search_fields = ("=user__email",)
    fields: ClassVar = ("user", "type", "created_at", "last_used_at")
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Authenticator | None = None) -> bool:
        """Needs the permission itself: the one way in for somebody who lost phone and recovery codes."""
        return admin.ModelAdmin.has_delete_permission(self, request, obj)


class EmailAddressAdmin(ReadOnlyAdmin):
    """An address is confirmed by the link that was mailed to it, never by staff."""

    list_display = ("email", "user", "primary", "verified")
    list_filter = ("primary", "verified")
    search_fields = ("=email",)
    show_full_result_count = False


def replace_pages() -> None:
    """Put these pages in the place of allauth's own, which let staff write every column."""
    for model, page in ((Authenticator, AuthenticatorAdmin), (EmailAddress, EmailAddressAdmin)):
        admin.site.unregister(model)
        admin.site.register(model, page)
