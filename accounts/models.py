"""People: one row for each account. What they may do follows from memberships and worker profiles above."""

from typing import Any, ClassVar
from uuid import uuid4
from zoneinfo import available_timezones

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

from common.clock import now


def validate_time_zone(name: str) -> None:
    """Refuse a name that is no IANA zone."""
    if name not in available_timezones():
        raise ValidationError("Choose a time zone from the list.")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """An account: signs in by e-mail address."""

    class Hat(models.TextChoices):
        NONE = "", "None"
        CLIENT = "client", "Client"
        WORKER = "worker", "Worker"

    class Theme(models.TextChoices):
        SYSTEM = "system", "System"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, default="America/New_York", validators=[validate_time_zone])
    hat = models.CharField("acts as", max_length=8, choices=Hat, default=Hat.NONE, blank=True)
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.SYSTEM)
    shortcuts = models.BooleanField("keyboard shortcuts", default=True)
    is_staff = models.BooleanField("platform admin", default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="accounts_email_once"),
            models.CheckConstraint(
                condition=models.Q(hat__in=["", "client", "worker"]), name="accounts_hat_known"
            ),
            models.CheckConstraint(
                condition=models.Q(theme__in=["system", "light", "dark"]), name="accounts_theme_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @staticmethod
    def shown_as(path: str) -> models.Case:
        """The same as a column, for rows that `path` leads from to the person; NULL where it leads to nobody."""
        name = f"{path}__name"
        return models.Case(models.When(**{name: ""}, then=models.F(f"{path}__email")), default=models.F(name))

    @property
    def short_name(self) -> str:
        """The first word of the name, for greetings."""
        return (self.name.split() or [self.email])[0]

    @property
    def initials(self) -> str:
        """Up to two letters for the avatar."""
        words = self.name.split() or [self.email]
        return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()


def export_path(export: "DataExport", filename: str) -> str:
    return f"exports/{export.uuid.hex[:2]}/{export.uuid.hex}"


class DataExport(models.Model):
    """A copy of everything that Onsite keeps of a person, made in the background, private, and gone after some days."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="exports")
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    asked_at = models.DateTimeField(default=now)
    made_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(upload_to=export_path, max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    parked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(made_at=None), name="accounts_export_one_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"data of user {self.user_id}"


class Erasure(models.Model):
    """A person asked to be erased: when, until when it can be taken back, and what became of it."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="erasures")
    asked_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    held_why = models.CharField(max_length=300, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    parked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(cancelled_at=None, done_at=None),
                name="accounts_erasure_one_waits",
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled_at=None) | models.Q(done_at=None),
                name="accounts_erasure_one_end",
            ),
        ]

    def __str__(self) -> str:
        return f"erasure of user {self.user_id}"
