"""The thread of an assignment, the list of all threads, and what was read. Reading a page writes nothing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views import View

from assignments import queries, threads
from assignments.actions import reading, talk
from assignments.forms.talk import MessageForm
from assignments.models import ThreadRead
from assignments.queries import Seen
from assignments.thread_page import days
from assignments.views.base import attempt, load, require, user_of
from assignments.views.page import TabPage

SHOWN = 50
"""Messages on one page of a thread."""


def number(text: str) -> int | None:
    """An id from an address or form; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


class Messages(TabPage):
    """The thread (S10); the client may write private notes beside it. htmx asks every 30 s whether there is more."""

    tab = "messages"
    needs = "messages"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        if not request.htmx:  # type: ignore[attr-defined]
            return super().get(request, pk)
        view = load(request, pk)
        if self.needs not in view.sight:
            raise Http404
        newest = queries.thread(view).order_by("-pk").values_list("pk", flat=True).first()
        if (newest or 0) == number(request.GET.get("after", "")):
            return HttpResponse(status=204, headers={"Vary": "HX-Request"})
        context = {"row": view.row, "seen": view, **self.thread(request, view)}
        response = render(request, "assignments/_thread.html", context)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def parts(self, request: HttpRequest, view: Seen) -> dict[str, Any]:
        form = MessageForm(
            notes="post_note" in view.verbs,
            writes="post_message" in view.verbs,
            about=request.GET.get("about", ""),
        )
        return {**self.thread(request, view), "form": form}

    def thread(self, request: HttpRequest, view: Seen) -> dict[str, Any]:
        """One page of the messages, with what is new in them."""
        user, before = user_of(request), number(request.GET.get("before", ""))
        found, earlier = threads.of_page(queries.thread(view), before, SHOWN)
        waiting = threads.unread_once(user).get(view.row.pk)
        read = self._read(view, request) if waiting else None
        return {
            "days": days(found, view, user, read=read),
            "newest": found[0].pk if found else 0,
            "earlier": earlier,
            "before": before,
            "unread": waiting.count if waiting else 0,
        }

    def _read(self, view: Seen, request: HttpRequest) -> int:
        rows = ThreadRead.objects.filter(assignment=view.row, user=user_of(request))
        return rows.values_list("message_id", flat=True).first() or 0

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        view, user = load(request, pk), user_of(request)
        if self.needs not in view.sight:
            raise Http404
        writes, notes = "post_message" in view.verbs, "post_note" in view.verbs
        require(
            view, "post_note" if notes and (not writes or "is_private" in request.POST) else "post_message"
        )
        form = MessageForm(request.POST, request.FILES, notes=notes, writes=writes)
        if form.is_valid():
            typed = form.cleaned_data
            private = typed.get("is_private")
            verb = talk.post_note if private else talk.post_message
            told = {"body": typed["body"], "files": form.uploads, "key": typed.get("key")}
            done = "Note kept." if private else "Sent."
            if attempt(request, form, lambda: verb(pk, actor=user, **told), done):
                return redirect("assignments:messages", pk=pk)
        return self.page(request, view, status=422, form=form)


class ReadThread(LoginRequiredMixin, View):
    """Mark a thread read up to the message that was shown: sent by htmx once it is seen, else by its button."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = load(request, pk)
        if "messages" not in view.sight:
            raise Http404
        reading.read_thread(view, user_of(request), number(request.POST.get("upto", "")) or 0)
        if request.htmx:  # type: ignore[attr-defined]
            return render(request, "assignments/_thread_read.html")
        return redirect("assignments:messages", pk=pk)


class Threads(LoginRequiredMixin, View):
    """All threads of the person, newest message first, each with how much in it is unread."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user = user_of(request)
        context = {"threads": threads.threads(user), "unread": threads.unread_total(user)}
        return render(request, "assignments/threads.html", context)


class ReadAll(LoginRequiredMixin, View):
    """Mark everything read that is counted."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        if reading.read_all(user_of(request)):
            messages.success(request, "All messages are marked as read.")
        return redirect("assignments:threads")
