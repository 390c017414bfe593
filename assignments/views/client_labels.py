"""Own labels: add one to an assignment, take one off."""

from typing import Any

from django import forms
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect

from assignments import custom_labels
from assignments.actions import custom_labels as acts
from assignments.forms.visits import OwnLabelForm, RemoveLabelForm
from assignments.models import CustomLabel
from assignments.views.base import VerbPage, user_of
from common.errors import Conflict


class AddLabel(VerbPage):
    verb, title, button = "add_label", "Add a label", "Add label"
    lead = "It is shown beside the stage, and the list can be filtered by it. It changes nothing else."
    done = "Label added."

    def get_form(self, *data: Any) -> forms.BaseForm:
        return OwnLabelForm(
            *data[:1], known=[text for _, text in custom_labels.known(self.view.row.client_id)]
        )

    def run(self, form: Any) -> None:
        acts.add_label(self.view.row.pk, form.own(), actor=user_of(self.request))


class RemoveLabel(VerbPage):
    verb, title, button = "remove_label", "Remove a label", "Remove label"
    done = "Label removed."
    template_name = "assignments/client/remove_label.html"

    def find(self) -> None:
        rows = CustomLabel.objects.select_related("added_by")
        self.label = get_object_or_404(rows, assignment=self.view.row, pk=self.kwargs["label"])
        if self.label.removed_at:
            raise Conflict("This label is removed already.")

    def get_form(self, *data: Any) -> forms.BaseForm:
        return RemoveLabelForm(*data[:1])

    def context(self) -> dict[str, Any]:
        return {"label": self.label}

    def run(self, form: Any) -> None:
        why = form.cleaned_data["why"]
        acts.remove_label(self.view.row.pk, self.label.pk, actor=user_of(self.request), why=why)

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:history", pk=self.view.row.pk)
