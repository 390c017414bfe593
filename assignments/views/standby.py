"""The pages of standing by: the client names, the worker agrees, either side ends it, the client lets it step in."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect

from assignments import deadlines
from assignments.actions import standbys
from assignments.forms.standby import StandbyForm
from assignments.standby import open_of
from assignments.states import State
from assignments.views.base import VerbPage, user_of
from common.money import Money
from common.when import minutes
from ledger.reserve import reserved


class NameStandby(VerbPage):
    verb = "name_standby"
    title = "Name a standby"
    lead = (
        "One more worker reads the brief, without address, contacts and documents, and agrees to step in. "
        "Nothing is paid for standing by."
    )
    button = "Ask to stand by"
    done = "The worker was asked to stand by."
    template_name = "assignments/client/name_standby.html"

    @property
    def words(self) -> str:
        return self.request.GET.get("words", "")[:80].strip()

    def get_form(self, *data: Any) -> forms.BaseForm:
        return StandbyForm(*data[:1], row=self.view.row, words=self.words)

    def context(self) -> dict[str, Any]:
        return {"words": self.words, "arrival": minutes(int(deadlines.STANDBY_ARRIVAL.total_seconds() // 60))}

    def run(self, form: Any) -> None:
        got = form.cleaned_data
        standbys.name_standby(
            self.view.row.pk,
            got["worker"],
            actor=user_of(self.request),
            promote_unconfirmed=got.get("promote_unconfirmed", False),
        )


class AcceptStandby(VerbPage):
    verb = "accept_standby"
    title = "Agree to stand by"
    button = "Agree to stand by"
    done = "You stand by. You are told at once if you step in."
    template_name = "assignments/worker/accept_standby.html"

    def context(self) -> dict[str, Any]:
        arrival = minutes(int(deadlines.STANDBY_ARRIVAL.total_seconds() // 60))
        return {"pay": self.view.row.worker_most, "arrival": arrival}

    def run(self, form: Any) -> None:
        standbys.accept_standby(self.view.row.pk, actor=user_of(self.request))


class EndStandby(VerbPage):
    verb = "end_standby"
    title = "End standing by"
    lead = "Nobody steps in then if the worker leaves. It has no effect on any card, and both sides are told."
    button = "End standing by"
    done = "Nobody stands by any more."
    danger = True

    def run(self, form: Any) -> None:
        standbys.end_standby(self.view.row.pk, actor=user_of(self.request))

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:work") if self.view.side == "worker" else super().after()


class PromoteStandby(VerbPage):
    verb = "promote_standby"
    title = "Assign the standby"
    button = "Assign the standby"
    done = "The standby is assigned and was told."
    template_name = "assignments/client/promote_standby.html"

    def find(self) -> None:
        found = open_of(self.view.row.pk)
        if found is None:
            raise Http404
        self.standby = found

    def context(self) -> dict[str, Any]:
        row = self.view.row
        held = reserved("assignment", row.pk)
        total = self.standby.cost(row.fee_bps).total
        now = held.total if held else Money.zero(row.currency)
        return {"standby": self.standby, "total": total, "held": now, "is_sent": row.state == State.SENT}

    def run(self, form: Any) -> None:
        standbys.promote_standby(self.view.row.pk, actor=user_of(self.request))
