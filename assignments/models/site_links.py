"""The site contact's link and the codes that it gives: for workers who come without a phone."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from assignments.models.engagement import Engagement
from assignments.models.visits import CheckIn
from common.clock import now


class SiteLink(models.Model):
    """The secret address of one worker's time on an assignment. The token is found by its hash and read back, for
    the print, only with the site's field key. `wrong` counts codes that did not fit since the link was made."""

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="site_links"
    )
    engagement = models.OneToOneField(Engagement, on_delete=models.CASCADE, related_name="site_link")
    token_hash = models.CharField(max_length=64, unique=True)
    sealed_token = models.TextField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    wrong = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"Link of {self.assignment_id}"


class SiteCode(models.Model):
    """Six digits that say: at this moment the worker arrived, or left. Only their hash is kept; each works once."""

    class Kind(models.TextChoices):
        IN = "in", "Arrival"
        OUT = "out", "Leaving"

    link = models.ForeignKey(SiteLink, on_delete=models.CASCADE, related_name="codes")
    kind = models.CharField(max_length=3, choices=Kind)
    code_hash = models.CharField(max_length=64)
    given_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    visit = models.ForeignKey(CheckIn, on_delete=models.CASCADE, null=True, blank=True, related_name="codes")

    class Meta:
        ordering: ClassVar = ["given_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["link", "code_hash"],
                condition=Q(used_at__isnull=True),
                name="assignments_code_differs",
            ),
            models.UniqueConstraint(
                fields=["visit", "kind"], condition=Q(visit__isnull=False), name="assignments_one_code_a_time"
            ),
            models.CheckConstraint(condition=Q(kind__in=["in", "out"]), name="assignments_code_kind_known"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, visit__isnull=True)
                | Q(used_at__isnull=False, visit__isnull=False),
                name="assignments_code_used_for_a_visit",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gte=F("given_at")), name="assignments_code_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.given_at:%Y-%m-%d %H:%M}"
