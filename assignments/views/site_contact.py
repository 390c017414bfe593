"""The page of the site contact: no account, one secret address, two buttons (domain.md 4.5)."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from assignments import site_contact
from assignments.actions import site_links
from assignments.models import SiteCode, SiteLink
from common import clock, limits

LOOKS, LOOKS_WITHIN = 120, timedelta(minutes=10)


@method_decorator(never_cache, name="dispatch")
class SitePage(View):
    """GET says where the worker is; POST gives a code, which is shown once. Raises Http404 for a dead address."""

    def dispatch(self, request: HttpRequest, *args: str, **kwargs: str) -> HttpResponseBase:
        try:
            response = super().dispatch(request, *args, **kwargs)
        except SiteLink.DoesNotExist:
            raise Http404 from None
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self._page(request, token)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        kind = request.POST.get("kind", "")
        if kind not in SiteCode.Kind.values:
            return self._page(request, token, status=422)
        digits = site_links.give_code(token, kind)
        return self._page(request, token, code=f"{digits[:3]} {digits[3:]}", kind=kind)

    def _page(self, request: HttpRequest, token: str, status: int = 200, **more: str) -> HttpResponse:
        link, now = site_contact.of_token(token), clock.now()
        limits.spend(f"site-page:{link.pk}", None, times=LOOKS, within=LOOKS_WITHIN)
        context = {"shown": site_contact.shown(link, now), "now": now, **more}
        return render(request, "assignments/site_contact.html", context, status=status)
