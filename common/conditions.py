"""Conditions as columns."""

from django.db.models import BooleanField, Case, Q, Value, When


def flag(condition: Q) -> Case:
    """The condition as a column of each row: true or false, and never null as SQL would have it."""
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
