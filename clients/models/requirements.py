"""What a company asks of workers before they may apply: reusable sets, its agreements and its tests (domain.md 3.4)."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models import User
from clients.models.company import Client
from common.clock import now
from workers.models import Credential, Worker


class RequirementKind(models.TextChoices):
    SATISFACTION = "satisfaction", "Satisfaction at least"
    ON_TIME = "on_time", "On time at least"
    CANCELLED = "cancelled", "Cancelled at most"
    ABANDONED = "abandoned", "Abandoned at most"
    CREDENTIAL = "credential", "Certificate, licence, insurance or check"
    AGREEMENT = "agreement", "Signed agreement"
    TEST = "test", "Passed test"
    POOL = "pool", "Member of a talent pool"


PERCENT_KINDS = (RequirementKind.SATISFACTION, RequirementKind.ON_TIME)
NUMBER_KINDS = (*PERCENT_KINDS, RequirementKind.CANCELLED, RequirementKind.ABANDONED)


class RequirementSet(models.Model):
    """A named list of requirements, for assignments and pools. `is_default`: every new draft starts with it."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="requirement_sets")
    name = models.CharField(max_length=80)
    is_default = models.BooleanField("ask it on every new assignment", default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("client", Lower("name"), name="clients_requirement_set_once")
        ]

    def __str__(self) -> str:
        return self.name


class Agreement(models.Model):
    """A text that workers sign, such as a confidentiality agreement. A new version asks everybody again."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="agreements")
    title = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["title", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("client", Lower("title"), name="clients_agreement_once")
        ]

    def __str__(self) -> str:
        return self.title


class AgreementVersion(models.Model):
    """The words of an agreement as published; never changed afterwards."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(max_length=50_000)
    sha256 = models.CharField(max_length=64)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = ["agreement", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "number"], name="clients_agreement_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.agreement}, version {self.number}"


class Signature(models.Model):
    """A worker's typed name under one version."""

    version = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="signatures")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="signatures")
    typed_name = models.CharField(max_length=120)
    signed_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "worker"], name="clients_signed_once")
        ]

    def __str__(self) -> str:
        return f"{self.worker} under {self.version}"


class Test(models.Model):
    """A test that the company holds elsewhere; Onsite keeps the results (decisions.md D23)."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="tests")
    name = models.CharField(max_length=120)
    about = models.TextField("what it is and where to take it", max_length=2_000, blank=True)
    pass_percent = models.PositiveSmallIntegerField(
        "passed from, in percent", default=80, validators=[MaxValueValidator(100)]
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("client", Lower("name"), name="clients_test_once"),
            models.CheckConstraint(condition=Q(pass_percent__lte=100), name="clients_test_mark"),
        ]

    def __str__(self) -> str:
        return self.name


class TestResult(models.Model):
    """One attempt of a worker, recorded by the client or an admin; the newest counts."""

    test = models.ForeignKey(Test, on_delete=models.PROTECT, related_name="results")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="test_results")
    percent = models.PositiveSmallIntegerField(validators=[MaxValueValidator(100)])
    taken_on = models.DateField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = ["-taken_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="clients_test_percent")
        ]

    def __str__(self) -> str:
        return f"{self.worker}: {self.percent}% in {self.test}"


class RequirementColumns(models.Model):
    """One requirement: a kind with its number, or with what it names. Sets and assignments share these columns."""

    kind = models.CharField(max_length=14, choices=RequirementKind)
    number = models.PositiveIntegerField("percent or count", null=True, blank=True)
    credential = models.ForeignKey(
        Credential, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    test = models.ForeignKey(Test, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    pool = models.ForeignKey(
        "clients.Pool", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True


def requirement_constraints(prefix: str) -> list[models.BaseConstraint]:
    """Exactly the column that belongs to the kind is filled; percents end at 100."""
    names = {
        RequirementKind.CREDENTIAL: "credential",
        RequirementKind.AGREEMENT: "agreement",
        RequirementKind.TEST: "test",
        RequirementKind.POOL: "pool",
    }
    shape = Q()
    for kind in RequirementKind:
        filled = "number" if kind in NUMBER_KINDS else names[kind]
        empties: dict[str, Any] = {
            f"{name}__isnull": name != filled
            for name in ("number", "credential", "agreement", "test", "pool")
        }
        shape |= Q(kind=kind, **empties)
    return [
        models.CheckConstraint(condition=shape, name=f"{prefix}_requirement_shape"),
        models.CheckConstraint(
            condition=~Q(kind__in=PERCENT_KINDS) | Q(number__lte=100), name=f"{prefix}_requirement_percent"
        ),
    ]


class Requirement(RequirementColumns):
    """One line of a set."""

    set = models.ForeignKey(RequirementSet, on_delete=models.CASCADE, related_name="lines")

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = requirement_constraints("clients")

    def __str__(self) -> str:
        return self.get_kind_display()
