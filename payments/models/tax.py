"""What a worker states for tax, in the manner of a W-9. The number is sealed, and only its last version is kept."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from common.clock import now
from payments.states import TaxClass, TinType
from workers.models import Worker


class TaxForm(models.Model):
    """One version of a worker's tax data. A new one supersedes it: then its number is emptied, the rest stays."""

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="tax_forms")
    name = models.CharField("name on the tax return", max_length=120)
    business_name = models.CharField(max_length=120, blank=True)
    classification = models.CharField("tax classification", max_length=16, choices=TaxClass)
    street = models.CharField(max_length=120)
    city = models.CharField(max_length=80)
    region = models.CharField("state", max_length=40)
    postcode = models.CharField("ZIP code", max_length=16)
    tin_type = models.CharField("kind of number", max_length=3, choices=TinType)
    tin_last4 = models.CharField(max_length=4)
    sealed_tin = models.TextField(blank=True)
    certified_at = models.DateTimeField(default=now)
    certified_from = models.CharField("address of the connection", max_length=45, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        permissions: ClassVar = [("reveal_taxform", "Can read the tax number of a worker")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["worker"], condition=Q(superseded_at__isnull=True), name="payments_one_tax_form"
            ),
            models.CheckConstraint(
                condition=(Q(superseded_at__isnull=True) & ~Q(sealed_tin=""))
                | Q(superseded_at__isnull=False, sealed_tin=""),
                name="payments_old_tax_number_gone",
            ),
            models.CheckConstraint(condition=Q(tin_type__in=TinType.values), name="payments_tin_type_known"),
            models.CheckConstraint(
                condition=Q(classification__in=TaxClass.values), name="payments_tax_class_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.get_tin_type_display()} ending in {self.tin_last4}"
