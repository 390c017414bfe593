"""What the state models share: a protected field, and a refresh that never lifts the protection.

django-fsm's own mixin switches `protected` off for the whole class while it refreshes one row; two threads race
there, and after DoesNotExist it stays off. Here the row is fetched again and its values copied instead.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django_fsm import FSMField


class StateField(FSMField):
    """A state column that only transitions may write on a loaded row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["protected"] = True
        kwargs.setdefault("max_length", 24)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """For migrations it is the column alone: they need no transitions, and each model would look for them."""
        name, _, args, kwargs = super().deconstruct()
        kwargs.pop("protected", None)
        return name, "django.db.models.CharField", args, kwargs


class StateModel(models.Model):
    """Base of models with a StateField."""

    class Meta:
        abstract = True

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: "models.QuerySet[Any] | None" = None,
    ) -> None:
        """Copy the row's present values; raises DoesNotExist and changes nothing when it is gone."""
        manager = from_queryset if from_queryset is not None else type(self)._base_manager.db_manager(using)
        wanted = list(fields) if fields is not None else None
        fresh = manager.get(pk=self.pk)
        names: Sequence[str] = (
            wanted if wanted is not None else [f.attname for f in self._meta.concrete_fields]
        )
        for name in names:
            field = self._meta.get_field(name)
            attname = getattr(field, "attname", name)
            self.__dict__[attname] = getattr(fresh, attname)
            self._state.fields_cache.pop(field.name, None)
        if wanted is None:
            self._prefetched_objects_cache: dict[str, Any] = {}
        self._state.db = fresh._state.db
