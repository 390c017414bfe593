"""The roles inside a client company (decisions.md D18): words only; the policies say what each may do."""

from django.db import models


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", "Administrator"
    MANAGER = "manager", "Manager"
    CONTROLLER = "controller", "Controller"
    USER = "user", "User"
    VIEW_ONLY = "view_only", "View Only"
