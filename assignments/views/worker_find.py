"""Find Work: the open assignments that a worker may apply for (S02; ux 6.6). Nothing private reaches the page."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from assignments import finding
from assignments.company_card import company_facts
from assignments.finding import Search
from assignments.forms.finding import RADII, FindForm
from assignments.models import Assignment
from assignments.presenting import price_words, schedule_note, schedule_words, terms_words
from assignments.states import PricingType
from assignments.views.worker_base import WorkerView
from common import keyset
from common.money import Money
from common.when import miles

SIZE = 20


@dataclass(frozen=True, slots=True)
class Card:
    """One offer in ready words (D27)."""

    pk: int
    number: str
    title: str
    client: str
    approval: str
    place: str
    distance: str
    schedule: str
    schedule_note: str
    pay: Money
    price: str
    terms: str
    fastfunds: bool
    met: tuple[str, ...]
    unmet: tuple[str, ...]
    has_applied: bool
    is_invited: bool


def card(row: Any, skills: set[int]) -> Card:
    """A row of finding.found (with skills prefetched) as a card."""
    wanted = list(row.skills.all())
    return Card(
        pk=row.pk,
        number=row.number,
        title=row.title,
        client=row.client.name,
        approval=company_facts(row.client).approval,
        place=row.site_name,
        distance=miles(row.distance) if row.distance is not None else "",
        schedule=schedule_words(row),
        schedule_note=schedule_note(row),
        pay=row.budget,
        price="Flat" if row.pricing_type == PricingType.FLAT else price_words(row.terms),
        terms=terms_words(row.terms_days),
        fastfunds=row.fastfunds_eligible,
        met=tuple(skill.name for skill in wanted if skill.pk in skills),
        unmet=tuple(skill.name for skill in wanted if skill.pk not in skills),
        has_applied=row.has_applied,
        is_invited=row.is_invited,
    )


class FindWork(WorkerView):
    def get(self, request: HttpRequest) -> HttpResponse:
        form = FindForm(request.GET, worker=self.worker)
        search = form.search()
        rows = finding.found(self.worker, search, self.now, self.user.time_zone).prefetch_related("skills")
        found, pager = self._page(rows, search, request)
        skills = set(self.worker.skills.values_list("pk", flat=True))
        context = {
            "form": form,
            "search": search,
            "worker": self.worker,
            "cards": [card(row, skills) for row in found],
            "page": pager,
            "has_errors": bool(form.errors),
            **({} if found else self._wider(form, search, request)),
        }
        return render(request, "assignments/worker/find.html", context)

    def _page(
        self, rows: Any, search: Search, request: HttpRequest
    ) -> tuple[list[Assignment], dict[str, str]]:
        """Soonest by key; the computed orders by number, inside the capped candidates (see finding.py)."""
        if search.sort == "soonest":
            part = keyset.page(rows, "start_at", request.GET, size=SIZE)
            return part.items, keyset.pager(part, request.GET)
        page = Paginator(list(rows[: finding.CANDIDATES]), SIZE).get_page(request.GET.get("page"))

        def address(number: int) -> str:
            kept = request.GET.copy()
            kept["page"] = str(number)
            return f"?{kept.urlencode()}"

        return list(page.object_list), {
            "prev_url": address(page.previous_page_number()) if page.has_previous() else "",
            "next_url": address(page.next_page_number()) if page.has_next() else "",
            "summary": f"Page {page.number} of {page.paginator.num_pages}" if page.has_other_pages() else "",
        }

    def _wider(self, form: FindForm, search: Search, request: HttpRequest) -> dict[str, Any]:
        """For an empty list: how many there are a little further, with the address that shows them."""
        if search.within is None or form.errors:
            return {"clear_url": request.path if form.active else ""}
        nearest = finding.nearest_beyond(self.worker, search, self.now, self.user.time_zone)
        if nearest is None:
            return {"clear_url": request.path if form.active else ""}
        radius = next((one for one in RADII if one >= nearest), None)
        wider = Search(**{**{name: getattr(search, name) for name in Search.__slots__}, "within": radius})
        count = finding.found(self.worker, wider, self.now, self.user.time_zone).count()
        kept = request.GET.copy()
        kept["within"] = str(radius or "any")
        return {"wider_count": count, "wider_radius": radius, "wider_url": f"?{kept.urlencode()}"}
