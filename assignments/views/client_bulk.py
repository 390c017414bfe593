"""Acts on many assignments of the list: check page, act, result (ux.md 6.3, R5)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from assignments import bulk
from assignments.actions import bulk as acts
from assignments.forms.bulk import FORMS, BulkForm
from assignments.forms.routing import RoutingForm
from assignments.models import BulkAct, BulkResult, BulkRun
from assignments.routing import Wave, plain
from assignments.views.base import user_of
from assignments.views.client_base import ClientPage
from assignments.views.client_drafting import key_of
from assignments.views.client_saved_views import filters_of
from clients.models import Member
from common import clock
from common.errors import NotAllowed

CHANGED = "The total is another one by now. Look again before you approve."
OWN_INPUTS = frozenset({"act", "back", "csrfmiddlewaretoken", "go", "key", "row"})
"""What the check page writes itself; all else that was typed for the routing is carried through it."""


def chosen(request: HttpRequest) -> tuple[BulkAct | None, list[int]]:
    """The act and the ids that the list's form or the check page sent; what is neither is passed over."""
    given = request.POST if request.method == "POST" else request.GET
    act = given.get("act", "")
    ids = [int(one) for one in given.getlist("row") if one.isascii() and one.isdigit() and len(one) <= 18]
    return BulkAct(act) if act in BulkAct.values else None, list(dict.fromkeys(ids))


def list_url(query: str, member: Member) -> str:
    """The list as it was, read through its filter form: no foreign address."""
    kept = filters_of(query, member).query if query else ""
    return f"{reverse('assignments:list')}{'?' if kept else ''}{kept}"


class Bulk(ClientPage):
    """GET lists each chosen row with what will happen, or why it cannot; POST does it and leads to the result."""

    def get(self, request: HttpRequest) -> HttpResponse:
        act, ids = self.asked(request)
        if act == BulkAct.ROUTE and 0 < len(ids) <= bulk.MOST:
            return self.ask(request, ids, self.routing())
        form = FORMS.get(act, BulkForm)() if act else BulkForm()
        return self.draw(request, act, ids, form)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        act, ids = self.asked(request)
        if act == BulkAct.ROUTE and 0 < len(ids) <= bulk.MOST:
            return self.route(request, ids, self.routing(request.POST))
        form = FORMS.get(act, BulkForm)(request.POST) if act else BulkForm(request.POST)
        if act is None or not ids or len(ids) > bulk.MOST or not form.is_valid():
            return self.draw(request, act, ids, form, status=422)
        totals = self.exact_totals(request, act, ids)
        if totals is None:
            form.add_error(None, CHANGED)
            return self.draw(request, act, ids, form, status=422)
        words = form.words() | totals | {"back": filters_of(request.POST.get("back", ""), self.member).query}
        run = acts.run(act, ids, words=words, actor=user_of(request), key=key_of(request) or uuid4())
        return redirect("assignments:bulk_run", run=run.key)

    def exact_totals(self, request: HttpRequest, act: BulkAct, ids: list[int]) -> dict[str, Any] | None:
        """What each row costs, for acts that promise a sum; None when the sum is another than the page showed."""
        if not bulk.WORDS[act].is_exact:
            return {}
        plan = bulk.plan(act, ids, self.member, clock.now())
        if request.POST.get("expected") != str(plan.total.minor):
            return None
        return {"totals": {str(line.row.pk): line.total.minor for line in plan.able if line.total}}

    def routing(self, *data: Any) -> RoutingForm:
        return RoutingForm(*data, client_id=self.member.client_id, near=None, market=True)

    def ask(self, request: HttpRequest, ids: list[int], form: RoutingForm, status: int = 200) -> HttpResponse:
        """The first step of routing many drafts: to whom they all go."""
        back = (request.POST if request.method == "POST" else request.GET).get("back", "")
        context = {
            "form": form,
            "errors": list(form.summary()) if form.is_bound and not form.is_asking else [],
            "ids": ids,
            "back": filters_of(back, self.member).query,
            "back_url": list_url(back, self.member),
        }
        return render(request, "assignments/client/bulk_route.html", context, status=status)

    def route(self, request: HttpRequest, ids: list[int], form: RoutingForm) -> HttpResponseBase:
        """The second step shows what the routing would do to each draft; only from there it is done."""
        if form.is_asking or not form.is_valid():
            return self.ask(request, ids, form, 200 if form.is_asking else 422)
        key = key_of(request) or uuid4()
        if "go" in request.POST and not BulkRun.objects.filter(key=key, actor=user_of(request)).exists():
            waves = form.waves()
            found = bulk.plan(BulkAct.ROUTE, ids, self.member, clock.now(), waves)
            able = [line.row.pk for line in found.able]
            words = {
                "back": filters_of(request.POST.get("back", ""), self.member).query,
                "waves": plain(waves),
            }
            acts.run(BulkAct.ROUTE, able, words=words, actor=user_of(request), key=key)
        if "go" in request.POST:
            return redirect("assignments:bulk_run", run=key)
        typed = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
        carried = [(name, value) for name, value in typed if name not in OWN_INPUTS]
        return self.draw(request, BulkAct.ROUTE, ids, BulkForm(), waves=form.waves(), carried=carried)

    def asked(self, request: HttpRequest) -> tuple[BulkAct | None, list[int]]:
        if not bulk.may_act(self.member):
            raise NotAllowed("Your role does not let you change assignments.")
        return chosen(request)

    def draw(
        self,
        request: HttpRequest,
        act: BulkAct | None,
        ids: list[int],
        form: BulkForm,
        status: int = 200,
        *,
        waves: Sequence[Wave] = (),
        carried: Sequence[tuple[str, str]] = (),
    ) -> HttpResponse:
        back = (request.POST if request.method == "POST" else request.GET).get("back", "")
        context: dict[str, Any] = {
            "form": form,
            "back": filters_of(back, self.member).query,
            "back_url": list_url(back, self.member),
            "count": len(ids),
            "most": bulk.MOST,
        }
        if act is not None and 0 < len(ids) <= bulk.MOST:
            context |= {
                "act": act,
                "words": bulk.WORDS[act],
                "plan": bulk.plan(act, ids, self.member, clock.now(), waves),
                "carried": carried,
                "key": key_of(request) or uuid4(),
            }
        return render(request, "assignments/client/bulk.html", context, status=status)


class Result(ClientPage):
    """What came of each. POST goes on with a run that was cut off."""

    def get(self, request: HttpRequest, run: UUID) -> HttpResponse:
        found = self.mine(request, run)
        items = list(found.items.select_related("assignment", "made"))
        words = bulk.WORDS[found.act]
        done = [item for item in items if item.result == BulkResult.DONE]
        context = {
            "run": found,
            "words": words,
            "done": done,
            "refused": [item for item in items if item.result == BulkResult.REFUSED],
            "waiting": [item for item in items if item.result == BulkResult.WAITING],
            "title": _title(words, len(done), len(items)),
            "back_url": list_url(found.words.get("back", ""), self.member),
        }
        return render(request, "assignments/client/bulk_result.html", context)

    def post(self, request: HttpRequest, run: UUID) -> HttpResponseRedirect:
        acts.finish(self.mine(request, run), actor=user_of(request))
        return redirect("assignments:bulk_run", run=run)

    def mine(self, request: HttpRequest, key: UUID) -> BulkRun:
        """Raises Http404 for the run of somebody else."""
        found = BulkRun.objects.filter(key=key, actor=user_of(request), client=self.member.client_id).first()
        if found is None:
            raise Http404
        return found


def _title(words: bulk.Words, done: int, count: int) -> str:
    if not done:
        return f"Nothing was {words.done}"
    verb = "is" if done == 1 else "are"
    if done == count:
        return f"{words.counted(done)} {verb} {words.done}"
    return f"{done} of {words.counted(count)} {verb} {words.done}"
