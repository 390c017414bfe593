"""Workers in the admin: staff look, close a profile to new work, and review proofs (reviewing.py)."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from common.admin import VersionedAdmin
from workers.models import Skill, Worker
from workers.reviewing import CredentialAdmin, EvidenceAdmin

__all__ = ["CredentialAdmin", "EvidenceAdmin", "SkillAdmin", "WorkerAdmin"]


@admin.register(Worker)
class WorkerAdmin(VersionedAdmin):
    list_display = ("user", "city", "region", "country", "radius_miles", "is_available", "created_at")
    list_filter = ("is_available", "country")
    list_select_related = ("user",)
    search_fields = ("user__name", "=user__email", "city")
    ordering = ("-pk",)
    show_full_result_count = False
    readonly_fields = (
        "user", "phone", "city", "region", "postcode", "country", "lat", "lon", "skill_names", "created_at"
    )  # fmt: skip
    fieldsets: ClassVar = (
        (None, {"fields": ("user", "is_available", "about", "skill_names", "created_at")}),
        (
            "Area",
            {"fields": ("city", "region", "postcode", "country", "lat", "lon", "radius_miles", "phone")},
        ),
    )

    @admin.display(description="skills")
    def skill_names(self, worker: Worker) -> str:
        return ", ".join(skill.name for skill in worker.skills.all())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Skill)
class SkillAdmin(admin.ModelAdmin):
    """Words that people made up: misspelt ones are put right here."""

    list_display = ("name",)
    search_fields = ("name",)
    ordering = ("name",)
