"""The portal on a device: what makes it installable, and what it shows there without a signal (N7).

The service worker keeps the files of the frame and the visit pages that were opened; static/js/sw.js says how.
"""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

FRAME: Final = (
    "css/portal.css",
    "css/visit.css",
    "js/portal.js",
    "js/device.js",
    "js/visit.js",
    "js/offline.js",
    "django_htmx/htmx-2.min.js",
    "vendor/inter.woff2",
    "vendor/icons.svg",
    "img/favicon.svg",
)
"""What pages name by {% static %}: their address changes with their content in production."""
MODULES: Final = ("js/outbox.js", "js/photos.js", "js/sending.js", "js/waiting.js", "js/clock.js")
"""What scripts import by name: always under their plain address."""


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script of the service worker, with what it has to keep; another version for every other frame."""
    told, source = _kept() if settings.DEBUG else _kept_once()
    response = HttpResponse(f"self.ONSITE = {told};\n{source}", content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    response["Cache-Control"] = "no-cache"
    return response


def _kept() -> tuple[str, str]:
    """(JSON: version, addresses, whether they change with their content, the page without a signal; the script)."""
    source = _content("js/sw.js")
    digest = hashlib.sha256(source)
    for name in (*FRAME, *MODULES):
        digest.update(name.encode() + _content(name))
    addresses = [static(name) for name in FRAME] + [settings.STATIC_URL + name for name in MODULES]
    digest.update(repr(addresses).encode())
    told = {
        "version": digest.hexdigest()[:16],
        "assets": addresses,
        "hashed": static(FRAME[0]) != settings.STATIC_URL + FRAME[0],
        "offline": reverse("offline"),
    }
    return json.dumps(told), source.decode()


@lru_cache(maxsize=1)
def _kept_once() -> tuple[str, str]:
    return _kept()


def _content(name: str) -> bytes:
    """A static file as it lies in its room. Raises FileNotFoundError."""
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return Path(found).read_bytes()


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a browser asks before it installs the portal as an app."""
    icons: list[dict[str, Any]] = [
        {"src": static(f"img/app-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    icons.append(
        {
            "src": static("img/app-maskable-512.png"),
            "sizes": "512x512",
            "type": "image/png",
            "purpose": "maskable",
        }
    )
    app = {
        "id": "/",
        "name": "Onsite",
        "short_name": "Onsite",
        "description": "On-site contract work, also without a signal.",
        "lang": "en",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f5f6f8",
        "theme_color": "#1d4fd0",
        "icons": icons,
    }
    response = JsonResponse(app, content_type="application/manifest+json")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What stands for every page that is not kept. Says nothing of anybody: it is kept for whoever comes."""
    return render(request, "offline.html")
