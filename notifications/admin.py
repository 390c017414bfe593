"""What people were told, to read; and the one thing that staff may do: send a failed mail again."""

from typing import cast

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User
from common.admin import ReadOnlyAdmin
from notifications import outbox
from notifications.models import Message, Notice, Preference


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ("queued_at", "kind", "to_email", "state", "attempts", "due_at", "sent_at", "last_error")
    list_filter = ("state", "kind")
    search_fields = ("=to_email", "=id")
    ordering = ("-queued_at", "-pk")
    # Context and ready-made bodies carry sign-in links: whoever may look here may not use them.
    exclude = ("context", "body", "html")
    actions = ("retry",)
    show_full_result_count = False

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notifications.retry_message")

    @admin.action(description="Send failed messages again", permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        """Put the failed ones of the chosen messages back in the queue, with a log line for each."""
        failed = queryset.filter(state=Message.State.FAILED)
        chosen = list(failed)
        count = outbox.retry([message.pk for message in chosen])
        staff = cast(User, request.user)
        LogEntry.objects.log_actions(staff.pk, chosen, CHANGE, "Queued again after it had failed.")
        self.message_user(request, f"{count} failed message(s) queued again.", messages.SUCCESS)


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "user", "title", "sentence", "read_at")
    list_filter = ("kind",)
    list_select_related = ("user",)
    search_fields = ("=user__email", "=subject_id")
    ordering = ("-pk",)
    show_full_result_count = False


@admin.register(Preference)
class PreferenceAdmin(ReadOnlyAdmin):
    list_display = ("user", "kind", "portal", "email")
    list_filter = ("kind",)
    list_select_related = ("user",)
    search_fields = ("=user__email",)
    ordering = ("-pk",)
