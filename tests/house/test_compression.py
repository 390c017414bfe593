"""Pages are compressed on the wire for browsers that ask for it; downloads stay as they are."""

import gzip

import pytest
from django.http import FileResponse, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from config.compression import PageCompressionMiddleware

ASKS = {"accept-encoding": "gzip, deflate, br"}


@pytest.mark.django_db
@pytest.mark.one_database
def test_a_page_is_the_same_in_a_third_of_its_size() -> None:
    plain = Client().get(reverse("home"))
    small = Client().get(reverse("home"), headers=ASKS)
    assert "Content-Encoding" not in plain.headers
    assert (small["Content-Encoding"], small["Content-Length"]) == ("gzip", str(len(small.content)))
    assert "Accept-Encoding" in small["Vary"] and "Accept-Encoding" in plain["Vary"]
    assert gzip.decompress(small.content) == plain.content
    assert len(small.content) * 3 < len(plain.content)


@pytest.mark.parametrize("answer", [
    FileResponse([b"<p>" * 500], content_type="text/html"), HttpResponse(b"x" * 500, content_type="image/png"),
])  # fmt: skip
def test_what_is_streamed_or_no_text_passes_as_it_is(answer: HttpResponse) -> None:
    request = RequestFactory().get("/", headers=ASKS)
    passed = PageCompressionMiddleware(lambda asked: answer)(request)
    assert passed is answer and "Content-Encoding" not in answer.headers
