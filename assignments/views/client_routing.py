"""What is Available goes to more people, and waves that have not gone yet are taken back (domain.md 3.3)."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse

from assignments.actions import routing
from assignments.forms.routing import RoutingForm
from assignments.models import Invitation, Route
from assignments.routing import words_of
from assignments.views.base import VerbPage, user_of
from common.errors import Conflict


class Invite(VerbPage):
    """Send it to more people: nobody is told twice, and one who declined or left is asked again."""

    verb = "invite"
    title = "Send to more people"
    button = "Send"
    done = "It is on its way. Nobody is told twice."
    template_name = "assignments/client/invite.html"

    def get_form(self, *data: Any) -> forms.BaseForm:
        row = self.view.row
        return RoutingForm(
            *data[:1],
            client_id=row.client_id,
            near=row,
            ids=self.request.GET.getlist("workers"),
            market=None if row.is_marketplace else False,
        )

    def act(self, request: HttpRequest) -> HttpResponse:
        form: Any = self.get_form(request.POST)
        return self.page(request, form) if form.is_asking else super().act(request)

    def run(self, form: Any) -> None:
        routing.send_more(self.view.row.pk, form.waves(), actor=user_of(self.request))

    def page(self, request: HttpRequest, form: Any, status: int = 200) -> HttpResponse:
        self.errors = list(form.summary()) if form.is_bound and not form.is_asking else []
        return super().page(request, form, status)

    def context(self) -> dict[str, Any]:
        asked = Invitation.objects.filter(assignment=self.view.row).select_related("worker__user")
        return {"errors": self.errors, "invited": asked.order_by("worker__user__name")}


class CancelWave(VerbPage):
    """Take one wave back before its time."""

    verb = "cancel_wave"
    title = "Cancel this wave"
    button = "Cancel wave"
    done = "The wave is cancelled. Nobody of it is told."
    danger = True

    def find(self) -> None:
        found = Route.objects.select_related("pool", "vendor")
        route = found.filter(assignment=self.view.row, pk=self.kwargs["route"]).first()
        if route is None:
            raise Http404
        if not route.is_waiting:
            raise Conflict("This wave is no longer to come.")
        self.lead = f"{words_of(route)}. They are not told of it."  # type: ignore[misc]

    def run(self, form: Any) -> None:
        routing.cancel_wave(self.view.row.pk, self.kwargs["route"], actor=user_of(self.request))
