"""Pages leave the server compressed, unless a proxy asks for them plain: on a phone their size is what one waits for.

Static files are compressed beforehand (WhiteNoise). Django pads each answer by a random length, its CSRF token looks
different in each, and the session's cookie does not come along with requests of other sites' pages: so that sizes tell
nothing to somebody who listens and makes a browser ask (BREACH).
"""

from typing import Final

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXTS: Final = (
    "text/html",
    "application/json",
    "application/manifest+json",
    "text/javascript",
    "text/calendar",
)


class PageCompressionMiddleware(GZipMiddleware):
    """Texts that are whole only: downloads are streamed, and photos, PDF files and archives would not shrink."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or not response.headers.get("Content-Type", "").startswith(TEXTS):
            return response
        return super().process_response(request, response)
