"""On site: files, signatures and fields, each page saying what is still missing while the worker stands there."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect

from assignments.actions import deliverables
from assignments.closeout_words import in_groups, when_words
from assignments.file_lines import field_photos, file_lines
from assignments.forms.answering import FieldsForm
from assignments.forms.signing import SignatureForm
from assignments.models import CustomValue, Deliverable, DeliverableRequirement
from assignments.views.base import EmptyForm, user_of
from assignments.views.worker_visit import PREVIEWS, SiteVerb
from assignments.work_facts import due_of
from common.errors import Invalid
from common.uploads import ACCEPTED, check_upload

Kind = DeliverableRequirement.Kind


@PREVIEWS
class Deliver(SiteVerb):
    """Several files in one go; each stands for itself: what failed says why, what went through stays.

    While something is missing, or looks odd, the page comes again and says so (ux.md 6.9).
    """

    verb, title, button = "deliver", "Add files", "Add files"
    done = "Files added."
    template_name = "assignments/worker/deliver.html"

    def find(self) -> None:
        self.wanted = get_object_or_404(
            DeliverableRequirement, pk=self.kwargs["requirement"], assignment=self.view.row
        )

    def get_form(self, *data: Any) -> forms.BaseForm:
        return SignatureForm(*data) if self.wanted.kind == Kind.SIGNATURE else EmptyForm(*data)

    def context(self) -> dict[str, Any]:
        wanted, row = self.wanted, self.view.row
        files = [line for line in file_lines(row, self.view.now) if line.requirement_id == wanted.pk]
        return {
            "wanted": wanted,
            "when_words": when_words(wanted),
            "due_at": due_of(wanted, row),
            "files": files,
            "given_count": (have := sum(1 for line in files if line.state != "rejected")),
            "missing": max(wanted.count - have, 0),
            "accept": "image/*" if wanted.kind == Kind.PHOTO else ACCEPTED,
            "is_photo": wanted.kind == Kind.PHOTO,
            "is_signature": wanted.kind == Kind.SIGNATURE,
            "given": getattr(self, "given", []),
            "failed": getattr(self, "failed", []),
        }

    def run(self, form: Any) -> None:
        if isinstance(form, SignatureForm):
            self.sign(form)
            return
        uploads = [*self.request.FILES.getlist("camera"), *self.request.FILES.getlist("files")]
        if not uploads:
            raise Invalid("Choose at least one file.")
        self.given: list[str] = []
        self.failed: list[tuple[str, str]] = []
        for upload in uploads:
            try:
                self.given.append(self.deliver(upload, keep_place="keep_place" in self.request.POST).name)
            except Invalid as error:
                self.failed.append((upload.name or "file", error.sentence))
        if self.failed:
            raise Invalid(f"{len(self.failed)} of {len(uploads)} files could not be added.")

    def sign(self, form: SignatureForm) -> None:
        signer = form.signer()
        try:
            self.deliver(form.given, signer=signer)
        except Invalid as error:
            raise Invalid(
                error.sentence, error.field or ("on_paper" if signer.is_drawn else "file")
            ) from error

    def deliver(self, upload: Any, **more: Any) -> Deliverable:
        return deliverables.deliver(
            self.view.row.pk,
            self.wanted.pk,
            actor=user_of(self.request),
            file=upload,
            checked=check_upload(upload),
            **more,
        )

    def after(self) -> HttpResponseRedirect:
        shown = self.context()
        if shown["missing"] or any(line.hints for line in shown["files"]):
            return redirect("assignments:deliver", pk=self.view.row.pk, requirement=self.wanted.pk)
        return super().after()


class RemoveDeliverable(SiteVerb):
    verb, title, button, danger = "deliver", "Remove file", "Remove file", True
    lead = "The client no longer sees it. That it was here stays in the history."
    done = "File removed."
    template_name = "assignments/worker/remove_file.html"

    def find(self) -> None:
        file_id = self.kwargs["deliverable"]
        get_object_or_404(Deliverable, pk=file_id, engagement=self.view.row.engagement)
        self.file = deliverables.removable_file(self.view, file_id)

    def context(self) -> dict[str, Any]:
        return {"file": self.file}

    def run(self, form: forms.BaseForm) -> None:
        deliverables.remove_deliverable(
            self.view.row.pk, self.kwargs["deliverable"], actor=user_of(self.request)
        )


@PREVIEWS
class FillFields(SiteVerb):
    """All groups of fields on one page, or the one that the address names."""

    verb, title, button = "fill_fields", "Fields", "Save answers"
    lead = "The client asks for these with the work."
    done = "Answers saved."
    template_name = "assignments/worker/fields.html"

    def find(self) -> None:
        group = self.kwargs.get("group")
        found = in_groups(self.view.row)
        self.fields = [field for field in found if group is None or field.group_id == group]
        if not self.fields:
            raise Http404

    def get_form(self, *data: Any) -> forms.BaseForm:
        given = CustomValue.objects.filter(engagement=self.view.row.engagement)
        return FieldsForm(*data, fields=self.fields, values=dict(given.values_list("field_id", "value")))

    def context(self) -> dict[str, Any]:
        photos = field_photos(self.view.row, self.view.now)
        return {"photos": [(field, photos[field.pk]) for field in self.fields if field.pk in photos]}

    def run(self, form: Any) -> None:
        deliverables.fill_fields(
            self.view.row.pk, form.values(), actor=user_of(self.request), photos=form.checked
        )
