"""The company's own card as workers see it, with the assignments behind each figure (N9)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from assignments import company_receipts
from assignments.company_rules import RULES
from assignments.views.client_base import ClientPage
from clients import policies
from clients.models import Client
from clients.truth import company_facts


class Card(ClientPage):
    """Each figure, its rule, and the way to its receipts."""

    def get(self, request: HttpRequest) -> HttpResponse:
        client = Client.objects.select_related("card").get(pk=self.member.client_id)
        facts = company_facts(client)
        lines = [(line, RULES[line.key]) for line in facts.lines]
        verbs = policies.verbs_for(self.member)
        context = {"client": client, "company": facts, "lines": lines, "verbs": verbs}
        return render(request, "assignments/company/card.html", context)


class Figure(ClientPage):
    """The assignments that one figure counts."""

    def get(self, request: HttpRequest, figure: str, **kwargs: Any) -> HttpResponse:
        rule = next((one for one in RULES.values() if one.slug == figure), None)
        if rule is None:
            raise Http404
        client = Client.objects.select_related("card").get(pk=self.member.client_id)
        rows, pager = company_receipts.page(client, rule, request.GET)
        line = next((one for one in company_facts(client).lines if one.key == rule.key), None)
        context = {
            "client": client,
            "rule": rule,
            "line": line,
            "rows": rows,
            "page": pager,
            "card_url": reverse("assignments:company_card"),
        }
        return render(request, "assignments/company/figure.html", context)
