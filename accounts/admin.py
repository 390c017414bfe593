"""People in the admin. Only superusers hand out rights; nobody is deleted; passwords are set by mail."""

from typing import Any, ClassVar

from allauth.usersessions import admin as _registered  # noqa: F401  (so that it can be taken off below)
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.http import HttpRequest

from accounts.models import User

# Removing such a row would not end its session: `manage.py sign_out` does, and so does switching an account off.
admin.site.unregister(UserSession)

RIGHTS = ("is_staff", "is_superuser", "groups")


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ("name", "email", "hat", "is_active", "is_staff", "date_joined", "last_login")
    list_filter = ("hat", "is_active", "is_staff")
    search_fields = ("name", "=email")
    ordering = ("-date_joined",)
    readonly_fields = ("email", "date_joined", "last_login", "hat")
    show_full_result_count = False
    fieldsets: ClassVar = (
        (None, {"fields": ("name", "email", "is_active")}),
        ("Look", {"fields": ("hat", "time_zone", "theme", "shortcuts")}),
        ("Rights", {"fields": RIGHTS}),
        ("Dates", {"fields": ("date_joined", "last_login")}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People sign up themselves or by invitation, so that their address is confirmed."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """History names people; an account is switched off instead."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A superuser is changed by superusers only: nobody raises the own rights over another's account."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.is_superuser or request.user.is_superuser)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, *RIGHTS)
