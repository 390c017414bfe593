"""What all assignment pages share: loading through visibility, and the page of one verb."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views import View

from accounts.models import User
from assignments import queries
from assignments.actions.door import did_it
from assignments.models import Assignment
from assignments.next_action import Next, next_action
from assignments.policies import refusal
from assignments.queries import Seen
from assignments.states import State
from clients.queries import membership_once
from common.errors import AlreadyDone, Invalid, WrongState
from common.when import day
from ledger.errors import InsufficientFunds


def user_of(request: HttpRequest) -> User:
    """The signed-in person; views that need one are behind the sign-in already."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def load(request: HttpRequest, pk: int) -> Seen:
    """The assignment as this person sees it. Raises Http404 for a stranger, as for a missing row (D25)."""
    try:
        return queries.seen(user_of(request), pk, membership_of=membership_once)
    except Assignment.DoesNotExist:
        raise Http404 from None


def require(view: Seen, verb: str) -> None:
    """Who, then when, as the door will ask again under the lock. Raises NotAllowed or WrongState."""
    stopped = refusal(view.standing, verb, view.row, view.now)
    if stopped:
        raise stopped


class EmptyForm(forms.Form):
    """For verbs that need nothing typed: the page still says what will happen."""


def refused(form: forms.BaseForm, error: Invalid | InsufficientFunds) -> None:
    """Show a rule's refusal at its field; nothing typed is lost."""
    field = getattr(error, "field", None)
    known = field in form.fields or field in getattr(form, "rule_fields", ())
    form.add_error(field if known else None, error.sentence)


def attempt(request: HttpRequest, form: forms.BaseForm, run: Callable[[], Any], done: str) -> bool:
    """Run an action. True when it is done (or was done already); False when the form shows why not.

    WrongState, Conflict and NotAllowed go on to the middleware, which answers with their calm page.
    """
    try:
        run()
    except (Invalid, InsufficientFunds) as error:
        refused(form, error)
        return False
    except AlreadyDone as error:
        messages.info(request, error.sentence)
        return True
    messages.success(request, done)
    return True


class VerbPage(LoginRequiredMixin, View):
    """GET says what the verb will do and asks what it needs; POST does it, then leads back to the assignment.

    Both first ask who (403), then when (409): nobody is asked to fill in, or told to mend, what cannot be done.
    """

    verb: ClassVar[str]
    title: ClassVar[str]
    button: ClassVar[str]
    lead: ClassVar[str] = ""
    done: ClassVar[str] = "Done."
    danger: ClassVar[bool] = False
    form_class: ClassVar[type[forms.BaseForm]] = EmptyForm
    template_name: ClassVar[str] = "assignments/verb.html"
    view: Seen

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.view = self.see(request, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def see(self, request: HttpRequest, pk: int) -> Seen:
        """The assignment as this person sees it; override where the address says more of the viewer."""
        return load(request, pk)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.check()
        return self.page(request, self.get_form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            self.check()
        except WrongState:
            if not self.is_repeat():
                raise
            messages.info(request, "This is done already.")
            return self.after()
        return self.act(request)

    def is_repeat(self) -> bool:
        """Whether this person did exactly this moments ago: a doubled click (D25)."""
        return did_it(user_of(self.request), self.verb, self.view.row, self.view.now)

    def check(self) -> None:
        """What stops the verb before anything is typed: 403, 409, or 404 for what the address names."""
        require(self.view, self.verb)
        self.find()

    def find(self) -> None:
        """Find what the address names beyond the assignment. Raises Http404 for what never was here, Conflict for
        what no longer waits for this verb."""

    def act(self, request: HttpRequest) -> HttpResponse:
        """Read what was typed and run the action; override for pages with a step between."""
        form = self.get_form(request.POST, request.FILES)
        if form.is_valid() and attempt(request, form, lambda: self.run(form), self.done):
            return self.after()
        return self.page(request, form, status=422)

    def get_form(self, *data: Any) -> forms.BaseForm:
        """The unbound or bound form; override to pass what it needs to know of the assignment."""
        return self.form_class(*data)

    def run(self, form: Any) -> None:
        """Call the action with `form.cleaned_data`."""
        raise NotImplementedError

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:page", pk=self.view.row.pk)

    def context(self) -> dict[str, Any]:
        """What a template of its own needs beyond the common parts."""
        return {}

    def page(self, request: HttpRequest, form: forms.BaseForm, status: int = 200) -> HttpResponse:
        parts = {"verb": self, "form": form, "seen": self.view, "row": self.view.row, **self.context()}
        return render(request, self.template_name, parts, status=status)


@dataclass(frozen=True, slots=True)
class Step:
    """One stop of the tracker."""

    name: str
    state: str
    note: str = ""


TRACK = (
    State.DRAFT,
    State.SENT,
    State.ASSIGNED,
    State.IN_PROGRESS,
    State.PENDING_APPROVAL,
    State.APPROVED,
    State.PAID,
)


def tracker(row: Assignment) -> dict[str, Any]:
    """The seven stops; on hold and cancelled are badges on the stop where it happened (ux.md 6.5)."""
    at, zone = TRACK.index(_stop(row)), ZoneInfo(row.time_zone)
    notes = {
        State.DRAFT: row.created_at,
        State.SENT: row.sent_at,
        State.ASSIGNED: row.assigned_at,
        State.IN_PROGRESS: row.first_check_in_at,
        State.PENDING_APPROVAL: row.submitted_at,
        State.APPROVED: row.approved_at,
        State.PAID: row.paid_at,
    }
    steps = []
    for i, stop in enumerate(TRACK):
        moment = notes[stop] if i <= at else None
        note = day(moment.astimezone(zone).date()) if moment else ""
        steps.append(Step(stop.label, "done" if i < at else "now" if i == at else "todo", note))
    return {"steps": steps, "current": TRACK[at].label, "index": at + 1, "total": len(TRACK)}


def _stop(row: Assignment) -> State:
    state = State(row.state)
    if state in TRACK:
        return state
    if row.submitted_at:
        return State.PENDING_APPROVAL
    if row.first_check_in_at:
        return State.IN_PROGRESS
    return State.ASSIGNED if row.assigned_at else State.SENT


def head(view: Seen) -> dict[str, Any]:
    """The five lines with which every assignment page starts (ux.md R2), for templates/assignments/page.html."""
    step: Next = next_action(view.row, view.standing, view.verbs, view.now)
    return {
        "seen": view,
        "row": view.row,
        "labels": view.labels,
        "verbs": view.verbs,
        "next": step,
        **tracker(view.row),
    }
