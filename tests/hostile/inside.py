"""The same hits without a server: by the test client, as the persons of the access tests' scene."""

from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.hostile.hits import Hit


def send(client: Client, hit: Hit) -> HttpResponse:
    """The answer to one hit. An exception of a view becomes status 500, as in production."""
    client.raise_request_exception = False
    more: dict[str, Any] = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in hit.headers}
    if hit.cookies:
        kept = "; ".join(f"{one.key}={one.value}" for one in client.cookies.values())
        more["HTTP_COOKIE"] = f"{kept}; {hit.cookies}"
    answer = client.generic(hit.method, hit.url, hit.body, hit.content_type or "x", **more)
    b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer
