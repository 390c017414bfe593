"""How forms are drawn: Django's own widgets, with our field template around them (FORM_RENDERER)."""

from functools import lru_cache
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer, TemplatesSetting
from django.utils.safestring import SafeString


class OnsiteRenderer(TemplatesSetting):
    """`{{ field.as_field_group }}` and `{{ form }}` draw our components; widgets stay Django's.

    Needs "django.forms" in INSTALLED_APPS, because templates then come from the TEMPLATES setting.
    """

    field_template_name = "components/_field.html"
    form_template_name = "components/_form.html"


class KeptSelect(forms.Select):
    """A list for filters: equal lists are drawn once in a process, whoever opens the page.

    What is drawn depends on the name, the choices, the choice and the attributes, and on nothing else.
    """

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        all_attrs = self.build_attrs(self.attrs, attrs or {})
        return _drawn(
            name,
            tuple(map(_fixed, self.choices)),
            tuple(self.format_value(value)),
            tuple(sorted(all_attrs.items())),
            renderer,
        )


def _fixed(choice: Any) -> tuple[Any, Any]:
    """A choice that can be compared: a group holds choices of its own."""
    value, label = choice
    return (value, tuple(map(_fixed, label))) if isinstance(label, list | tuple) else (value, str(label))


@lru_cache(maxsize=1024)
def _drawn(
    name: str,
    choices: tuple[Any, ...],
    chosen: tuple[str, ...],
    attrs: tuple[tuple[str, Any], ...],
    renderer: BaseRenderer | None,
) -> SafeString:
    return forms.Select(choices=choices).render(name, chosen[0] if chosen else None, dict(attrs), renderer)
