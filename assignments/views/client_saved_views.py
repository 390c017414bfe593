"""Saved views of the client's list: a set of filters under a name of one's own (ux.md 6.3)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from assignments.actions import saved_views
from assignments.filters import AssignmentFilter
from assignments.models import Assignment, SavedView
from assignments.views.base import attempt
from assignments.views.client_base import ClientPage
from clients.models import Member


class NameForm(forms.Form):
    name = forms.CharField(label="Name", max_length=60, help_text="For example: Late in Denver.")


def opened(query: str) -> HttpResponseRedirect:
    """To the list with these filters."""
    return redirect(f"{reverse('assignments:list')}?{query}")


def filters_of(query: str, member: Member) -> AssignmentFilter:
    """The filters that a query means; what the form does not know or take is passed over."""
    mine = Assignment.objects.filter(client=member.client)
    return AssignmentFilter(QueryDict(query), mine, member=member)


class New(ClientPage):
    """Name the filters that the address of the list held. The page carries them on as one field."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.draw(request, NameForm(), request.GET.urlencode())

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = NameForm(request.POST)
        query = request.POST.get("query", "")
        kept = filters_of(query, self.member).query
        if form.is_valid() and attempt(
            request,
            form,
            lambda: saved_views.save(self.member, form.cleaned_data["name"], kept),
            f"The view “{form.cleaned_data['name']}” is saved.",
        ):
            return opened(kept)
        return self.draw(request, form, query, status=422)

    def draw(self, request: HttpRequest, form: NameForm, query: str, status: int = 200) -> HttpResponse:
        found = filters_of(query, self.member)
        context = {"form": form, "query": found.query, "told": found.told}
        return render(request, "assignments/client/saved_view.html", context, status=status)


class Edit(ClientPage):
    """Rename or remove an own view. Those of colleagues are not there."""

    view: SavedView

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.pk = kwargs["pk"]
        return super().dispatch(request, *args, **kwargs)

    def mine(self) -> SavedView:
        """Raises Http404 for a view that is not the person's own."""
        found = SavedView.objects.filter(pk=self.pk, member=self.member).first()
        if found is None:
            raise Http404
        return found

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = self.mine()
        return self.draw(request, view, NameForm(initial={"name": view.name}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        view = self.mine()
        if "remove" in request.POST:
            saved_views.remove(view)
            messages.success(request, f"The view “{view.name}” is removed.")
            return opened(view.query)
        form = NameForm(request.POST)
        if form.is_valid() and attempt(
            request, form, lambda: saved_views.rename(view, form.cleaned_data["name"]), "The view is renamed."
        ):
            return opened(view.query)
        return self.draw(request, view, form, status=422)

    def draw(self, request: HttpRequest, view: SavedView, form: NameForm, status: int = 200) -> HttpResponse:
        told = filters_of(view.query, self.member).told
        context = {"form": form, "view": view, "query": view.query, "told": told}
        return render(request, "assignments/client/saved_view.html", context, status=status)
