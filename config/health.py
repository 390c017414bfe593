"""Two questions of a load balancer: does the web server answer, and is the portal whole?"""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config import heartbeat


def plain(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text + "\n", content_type="text/plain; charset=utf-8", status=status)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: touches nothing, so that a slow database does not get the web server killed."""
    return plain("ok")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready: the database answers and a sweep ran within three intervals; otherwise 503 with the reason."""
    try:
        connection.ensure_connection()
        silent, late = heartbeat.silence(), heartbeat.late()
    except DatabaseError:
        return plain("The database does not answer.", 503)
    if silent:
        return plain(silent, 503)
    return plain(f"ready; late timers: {', '.join(late)}" if late else "ready")
