"""Pages on which an amount is typed and its effect is said before it is sent (ux.md R4), with script or without."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from assignments.views.base import VerbPage
from common.money import LARGEST_MINOR


class EffectPage(VerbPage):
    """The button "See the effect" draws the page again; with script the effect follows what is typed.

    `effect_template` is drawn alone for a request of htmx. The form tells `more_minor()`.
    """

    effect_template = ""
    shown_form: Any = None

    def act(self, request: HttpRequest) -> HttpResponse:
        is_live = bool(getattr(request, "htmx", False))
        if "calculate" not in request.POST and not is_live:
            return super().act(request)
        form = self.get_form(request.POST, request.FILES)
        form.is_valid()
        if not is_live:
            return self.page(request, form)
        response = render(request, self.effect_template, {"row": self.view.row, **self.effect(form)})
        response["Vary"] = "HX-Request"
        return response

    def page(self, request: HttpRequest, form: forms.BaseForm, status: int = 200) -> HttpResponse:
        self.shown_form = form
        return super().page(request, form, status)

    def context(self) -> dict[str, Any]:
        return self.effect(self.shown_form)

    def more(self, form: Any) -> int:
        """The typed amount in worker pay; 0 for what no row could hold."""
        typed = int(form.more_minor()) if form is not None else 0
        return typed if 0 < typed <= LARGEST_MINOR else 0

    def effect(self, form: Any) -> dict[str, Any]:
        """What the typed amount does to the worker's own sum: never the client's fee."""
        row, more = self.view.row, self.more(form)
        after = row.worker_most + row.money(more)
        return {"most": row.worker_most, "more": row.money(more) if more else None, "after": after}
