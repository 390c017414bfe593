"""How forms are drawn: Django's own widgets, with our field template around them (FORM_RENDERER)."""

from django.forms.renderers import TemplatesSetting


class OnsiteRenderer(TemplatesSetting):
    """`{{ field.as_field_group }}` and `{{ form }}` draw our components; widgets stay Django's.

    Needs "django.forms" in INSTALLED_APPS, because templates then come from the TEMPLATES setting.
    """

    field_template_name = "components/_field.html"
    form_template_name = "components/_form.html"
