"""Templates and the rules by which drafts are made from them (ux.md 6.4; domain.md 10, rows 35 and 36)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from assignments import policies
from assignments.actions import recurrences, templates
from assignments.actions.drafting import creator
from assignments.forms.templates import RepeatForm, TemplateForm, left_words
from assignments.models import Assignment, Recurrence, RecurrenceChild, Template
from assignments.presenting import price_words
from assignments.states import RecurrenceState
from assignments.views.base import attempt, load, refused, user_of
from assignments.views.client_base import ClientPage
from clients.models import Customer
from common import clock
from common.errors import AlreadyDone, Invalid, NotAllowed
from common.when import day, weekday

CHILDREN = 60
AHEAD = 5
"""Days to come that a rule shows."""


class TemplatePage(ClientPage):
    """For those who may create. `find` gives a template of the own company."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            creator(user_of(request))
        return super().dispatch(request, *args, **kwargs)

    def find(self, pk: int) -> Template:
        """Raises Http404 for a missing one, as for one of another company."""
        rows = Template.objects.select_related("customer", "client", "created_by")
        found = rows.filter(pk=pk, client=self.member.client).first()
        if found is None:
            raise Http404
        return found


class Templates(TemplatePage):
    """The company's templates, all or those of one customer."""

    def get(self, request: HttpRequest) -> HttpResponse:
        client = self.member.client
        rows = Template.objects.filter(client=client).select_related("customer")
        customers = list(Customer.objects.filter(client=client, templates__isnull=False).distinct())
        chosen = next((one for one in customers if str(one.pk) == request.GET.get("customer")), None)
        live = Recurrence.objects.filter(client=client).exclude(state=RecurrenceState.ENDED)
        context = {
            "rows": list(rows.filter(customer=chosen) if chosen else rows),
            "customers": customers,
            "chosen": chosen,
            "recurrences": [line(one) for one in live],
        }
        return render(request, "assignments/client/templates.html", context)


def line(row: Recurrence) -> dict[str, Any]:
    """One rule in words."""
    return {"row": row, "rule": str(row.rule), "left": left_words(row), "next": _day(row.next_on)}


def _day(on: Any) -> str:
    return weekday(on) if on else ""


class SaveTemplate(ClientPage):
    """Keep an assignment, or a draft, as a template."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.view = load(request, kwargs["pk"])
        if self.view.side != "client":
            raise NotAllowed("Only the people of its company can keep this assignment as a template.")
        creator(user_of(request))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.view.row
        start = {"name": row.title[:80], "customer": row.customer_id}
        return self.page(request, TemplateForm(client=self.member.client, initial=start))

    def page(self, request: HttpRequest, form: TemplateForm, status: int = 200) -> HttpResponse:
        context = {"row": self.view.row, "form": form}
        return render(request, "assignments/client/save_template.html", context, status=status)

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        form = TemplateForm(request.POST, client=self.member.client)
        made: list[Template] = []
        if form.is_valid() and attempt(
            request,
            form,
            lambda: made.append(
                templates.save_template(
                    pk,
                    actor=user_of(request),
                    name=form.cleaned_data["name"],
                    customer_id=form.customer_id,
                )
            ),
            "The template is saved.",
        ):
            return redirect("assignments:template", pk=made[0].pk)
        return self.page(request, form, status=422)


class TemplateOne(TemplatePage):
    """What it holds, what is made from it, and its name."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        template = self.find(pk)
        return self.page(request, template, TemplateForm(client=self.member.client, template=template))

    def page(
        self, request: HttpRequest, template: Template, form: TemplateForm, status: int = 200
    ) -> HttpResponse:
        context = {
            "template": template,
            "form": form,
            "facts": facts(template),
            "recurrences": [line(one) for one in template.recurrences.order_by("state", "pk")],
        }
        return render(request, "assignments/client/template.html", context, status=status)

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        template = self.find(pk)
        form = TemplateForm(request.POST, client=self.member.client, template=template)
        if form.is_valid() and attempt(
            request,
            form,
            lambda: templates.change_template(
                pk, actor=user_of(request), name=form.cleaned_data["name"], customer_id=form.customer_id
            ),
            "The template is saved.",
        ):
            return redirect("assignments:template", pk=pk)
        return self.page(request, template, form, status=422)


def facts(template: Template) -> list[dict[str, str]]:
    """What a draft from it begins with, as label and value."""
    found = templates.content_of(template)
    content = found.content
    draft = Assignment(client=template.client, currency=template.client.currency, **dict(content.columns))
    site = content.site
    place = ", ".join(part for part in (site.get("name"), site.get("street"), draft.site_name) if part)
    rows = (
        ("Title", draft.title),
        ("Industry", draft.industry),
        ("Place", "Done remotely" if draft.is_virtual else place),
        ("Price", price_words(draft.terms) if draft.price_minor else ""),
        ("Payment terms", draft.get_terms_days_display()),
        ("Skills", ", ".join(content.skills or ())),
        ("Deliverables", ", ".join(f"{one.count} x {one.title}" for one in content.wanted or ())),
        ("Questions at closeout", ", ".join(one.label for one in content.asked or ())),
        ("Customer", str(draft.customer or "")),
        ("Project", str(draft.project or "")),
    )
    return [{"label": label, "value": value} for label, value in rows if value]


class DeleteTemplate(TemplatePage):
    """GET says what stays; POST deletes it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(request, self.find(pk))

    def page(
        self, request: HttpRequest, template: Template, problem: str = "", status: int = 200
    ) -> HttpResponse:
        context = {"template": template, "problem": problem}
        return render(request, "assignments/client/delete_template.html", context, status=status)

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        template = self.find(pk)
        try:
            templates.delete_template(pk, actor=user_of(request))
        except Invalid as error:
            return self.page(request, template, error.sentence, status=422)
        messages.success(request, f"The template “{template.name}” is deleted.")
        return redirect("assignments:templates")


class StartFrom(TemplatePage):
    """A new draft from a template. Sending the page twice makes one."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        template = self.find(pk)
        context = {"template": template, "facts": facts(template), "key": uuid4()}
        return render(request, "assignments/client/start_from.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        self.find(pk)
        row = templates.start_from(pk, actor=user_of(request), key=_key(request))
        return redirect("assignments:edit", pk=row.pk)


def _key(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return None


class Repeat(TemplatePage):
    """Set up a rule for a template."""

    def zone(self, template: Template) -> str:
        return str(template.content.get("columns", {}).get("time_zone") or self.member.client.time_zone)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        template = self.find(pk)
        return self.page(request, template, RepeatForm(zone=self.zone(template)))

    def page(
        self, request: HttpRequest, template: Template, form: RepeatForm, status: int = 200
    ) -> HttpResponse:
        context = {"template": template, "form": form}
        return render(request, "assignments/client/repeat.html", context, status=status)

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        template = self.find(pk)
        form = RepeatForm(request.POST, zone=self.zone(template))
        if form.is_valid():
            try:
                row = recurrences.set_up(
                    pk,
                    form.rule(),
                    actor=user_of(request),
                    lead_days=form.cleaned_data["lead_days"],
                    count=form.times,
                )
            except Invalid as error:
                refused(form, error)
            else:
                return redirect("assignments:recurrence", pk=row.pk)
        return self.page(request, template, form, status=422)


class RecurrencePage(TemplatePage):
    """`find_rule` gives a rule of the own company."""

    def find_rule(self, pk: int) -> Recurrence:
        rows = Recurrence.objects.select_related("template", "owner", "client")
        found = rows.filter(pk=pk, client=self.member.client).first()
        if found is None:
            raise Http404
        return found


class RecurrenceOne(RecurrencePage):
    """The rule, what it made, and what comes next."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.find_rule(pk)
        children = row.children.select_related("assignment").order_by("-on")[:CHILDREN]
        context = {
            "recurrence": row,
            **line(row),
            "coming": coming(row),
            "children": [child_line(one) for one in children],
            "may": policies.steers(self.member, row.owner_id),
        }
        return render(request, "assignments/client/recurrence.html", context)


def coming(row: Recurrence) -> list[dict[str, str]]:
    """The next days of an active rule, each with the day on which its draft comes."""
    if row.next_on is None or row.state != RecurrenceState.ACTIVE:
        return []
    found = []
    most = AHEAD if row.left is None else min(AHEAD, row.left)
    for number, on in enumerate(row.rule.days(row.next_on)):
        if number == most:
            break
        made = max(on - timedelta(days=row.lead_days), clock.now().date())
        found.append({"on": weekday(on), "made": day(made)})
    return found


def child_line(child: RecurrenceChild) -> dict[str, Any]:
    return {"on": weekday(child.on), "assignment": child.assignment, "is_missed": child.is_missed}


class RecurrenceVerb(RecurrencePage):
    """A button of the rule's page. Pressing it twice is once."""

    act: ClassVar[Callable[..., Recurrence]]

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        self.find_rule(pk)
        try:
            self.act(pk, actor=user_of(request))
        except AlreadyDone as error:
            messages.info(request, error.sentence)
        return redirect("assignments:recurrence", pk=pk)


class PauseRecurrence(RecurrenceVerb):
    act = staticmethod(recurrences.pause)


class ResumeRecurrence(RecurrenceVerb):
    act = staticmethod(recurrences.resume)


class EndRecurrence(RecurrenceVerb):
    act = staticmethod(recurrences.end)
