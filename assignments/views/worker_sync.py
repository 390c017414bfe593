"""What phones kept while they had no signal: the token to send it with, and the one address that takes it (N7)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from assignments.actions import deliverables, syncing, talk, visits
from assignments.actions.syncing import Parcel
from assignments.closeout_words import in_groups
from assignments.forms.answering import FieldsForm
from assignments.forms.syncing import LIVE, ParcelForm
from assignments.forms.talk import NoteForm
from assignments.forms.worker import ConfirmForm, PlaceForm
from assignments.models import CustomValue, SyncedAct
from assignments.queries import Seen
from assignments.views.base import load, user_of
from common.busy import is_busy
from common.errors import Conflict, Invalid
from common.uploads import check_upload

BUSY = "Somebody else is changing this right now. It is sent again by itself."


@never_cache
@require_safe
def token(request: HttpRequest) -> HttpResponse:
    """Who is signed in here (null: nobody), and a fresh token, so that a page opened hours ago can still send."""
    user = request.user.pk if isinstance(request.user, User) else None
    return JsonResponse({"user": user, "token": get_token(request)})


@method_decorator(never_cache, name="dispatch")
class Sync(LoginRequiredMixin, View):
    """One act. Answered in JSON: done or refused, in a sentence, and whether it may be possible later.

    A repeat gets the first answer, even when the assignment is no longer open to this person.
    """

    http_method_names = ["post"]  # noqa: RUF012 - the shape that Django reads

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        actor = user_of(request)
        form = ParcelForm(request.POST)
        readable = form.is_valid()
        try:
            known = syncing.stored(form.parcel(request), actor=actor) if readable else None
            if known is not None and known.assignment_id == pk:
                return answer(known)
            view = load(request, pk)
            if not view.standing.is_assigned:
                return refusal("Only the assigned worker can send this.", 403)
            if not readable:
                return refusal(sentence_of(form), 422)
            parcel = form.parcel(request)
            run = act(request, view, parcel, actor)
            return answer(syncing.once(pk, parcel, run, actor=actor))
        except Conflict as error:
            return refusal(error.sentence, 409)
        except Exception as error:
            if not is_busy(error):
                raise
            return refusal(BUSY, 503, again=True)


def answer(kept: SyncedAct) -> JsonResponse:
    return JsonResponse({"state": kept.state, "sentence": kept.sentence, "again": kept.may_repeat})


def refusal(sentence: str, status: int, *, again: bool = False) -> JsonResponse:
    return JsonResponse({"state": "refused", "sentence": sentence, "again": again}, status=status)


def sentence_of(form: forms.BaseForm) -> str:
    """The first complaint of a form, with the field's name where it has one that people know."""
    name, errors = next(iter(form.errors.items()))
    field = form.fields.get(name)
    label = getattr(field, "label", "") or ""
    return f"{label}: {errors[0]}" if label else str(errors[0])


def act(request: HttpRequest, view: Seen, parcel: Parcel, actor: User) -> Callable[[], str]:
    """The action of the page with what was sent, to be run under the lock."""
    runs: dict[str, Callable[[HttpRequest, Seen, Parcel, User], str]] = {
        "check_in": _clock,
        "check_out": _clock,
        "confirm": _confirm,
        "deliver": _deliver,
        "fill_fields": _fill_fields,
        "post_message": _post_message,
    }
    return lambda: runs[parcel.kind](request, view, parcel, actor)


def _cleaned(form: Any) -> Any:
    """The form, read. Raises Invalid with its first complaint."""
    if not form.is_valid():
        raise Invalid(sentence_of(form))
    return form


def _clock(request: HttpRequest, view: Seen, parcel: Parcel, actor: User) -> str:
    verb = visits.check_in if parcel.kind == "check_in" else visits.check_out
    form = _cleaned(PlaceForm(request.POST))
    device_at = None if LIVE in request.POST else parcel.device_at
    verb(view.row.pk, actor=actor, fix=form.fix(), note=form.cleaned_data["note"], device_at=device_at)
    return "Checked in." if parcel.kind == "check_in" else "Checked out."


def _confirm(request: HttpRequest, view: Seen, parcel: Parcel, actor: User) -> str:
    form = _cleaned(ConfirmForm(request.POST, row=view.row))
    visits.confirm(view.row.pk, actor=actor, start_at=form.cleaned_data.get("start_at"))
    return "Schedule confirmed."


def _deliver(request: HttpRequest, view: Seen, parcel: Parcel, actor: User) -> str:
    upload = request.FILES.get("file")
    wanted = request.POST.get("requirement", "")
    if upload is None or not wanted.isdecimal():
        raise Invalid("The file is missing. Add it again.")
    checked = check_upload(upload)
    deliverables.deliver(view.row.pk, int(wanted), actor=actor, file=upload, checked=checked)
    return f"Added: {checked.name}."


def _fill_fields(request: HttpRequest, view: Seen, parcel: Parcel, actor: User) -> str:
    row = view.row
    given = CustomValue.objects.filter(engagement=row.engagement).values_list("field_id", "value")
    group = request.POST.get("group")
    asked = [field for field in in_groups(row) if group is None or str(field.group_id) == group]
    if not asked:
        raise Conflict("These fields have changed. Load the page again.")
    form = _cleaned(FieldsForm(request.POST, request.FILES, fields=asked, values=dict(given)))
    deliverables.fill_fields(row.pk, form.values(), actor=actor, photos=form.checked)
    return "Answers saved."


def _post_message(request: HttpRequest, view: Seen, parcel: Parcel, actor: User) -> str:
    form = _cleaned(NoteForm(request.POST))
    talk.post_message(view.row.pk, actor=actor, body=form.cleaned_data["body"])
    return "Note sent."
