"""The public page that says whether Onsite issued a document: nobody signs in, and no content is shown (N8).

The size of a request is judged before anything of it is read, also before the check against forged forms reads it.
"""

from datetime import timedelta
from typing import Any, Final

from allauth.account.adapter import get_adapter
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from common.errors import Invalid
from common.limits import spend
from payments.models import ProofKey
from payments.proof import judging, reading, signing

TIMES: Final = 40
WITHIN: Final = timedelta(minutes=10)
OVERHEAD: Final = 64 * 1024
"""Bytes of a form around its file."""


class HashForm(forms.Form):
    """One SHA-256, however it was copied."""

    sha256 = forms.CharField(
        label="SHA-256",
        max_length=200,
        help_text="64 digits and letters a to f, of a proof pack or as printed on an agreement.",
        error_messages={"required": "Enter the SHA-256."},
    )

    def clean_sha256(self) -> str:
        text = "".join(str(self.cleaned_data["sha256"]).split()).lower()
        if not judging.HASH.fullmatch(text):
            raise forms.ValidationError("Enter all 64 characters of the SHA-256: digits and letters a to f.")
        return text


class PackForm(forms.Form):
    """The pack itself."""

    pack = forms.FileField(
        label="Proof pack",
        help_text="The zip file as you downloaded it. It is looked at and not kept.",
        error_messages={
            "required": "Choose a proof pack.",
            "empty": "The file is empty. Choose a proof pack.",
        },
        widget=forms.FileInput(attrs={"accept": ".zip"}),
    )


@method_decorator(never_cache, name="dispatch")
@method_decorator(csrf_exempt, name="dispatch")
class Verify(View):
    """GET with `?sha256=` asks for a hash, POST brings a pack."""

    http_method_names = ("get", "head", "post")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method == "POST" and _is_too_large(request):
            pack = PackForm()
            pack.errors["pack"] = pack.error_class([_too_large()])
            return self.page(request, 422, pack_form=pack)
        return csrf_protect(super().dispatch)(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        if "sha256" not in request.GET:
            return self.page(request)
        _spend(request)
        form = HashForm(request.GET)
        if not form.is_valid():
            return self.page(request, 422, hash_form=form)
        asked = form.cleaned_data["sha256"]
        return self.page(request, hash_form=form, asked=asked, issued=judging.by_hash(asked))

    def post(self, request: HttpRequest) -> HttpResponse:
        _spend(request)
        form = PackForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(request, 422, pack_form=form)
        try:
            verdict = judging.by_pack(form.cleaned_data["pack"])
        except Invalid as error:
            form.add_error("pack", error.sentence)
            return self.page(request, 422, pack_form=form)
        return self.page(request, verdict=verdict)

    def page(self, request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
        context = {
            "hash_form": HashForm(),
            "pack_form": PackForm(),
            "most_mb": reading.largest() // (1024 * 1024),
            "keys": _keys(),
            "has_errors": status == 422,
            **more,
        }
        response = render(request, "payments/verify.html", context, status=status)
        response["X-Robots-Tag"] = "noindex"
        return response


def _keys() -> list[tuple[str, str]]:
    """The public keys, the present one first, in hex and as a file's text."""
    present = signing.public_hex()
    former = ProofKey.objects.exclude(public_hex=present).order_by("-pk").values_list("public_hex", flat=True)
    return [(one, signing.pem(one)) for one in (present, *former)]


def _is_too_large(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdecimal() or int(length) > reading.largest() + OVERHEAD


def _too_large() -> str:
    return f"The file is larger than {reading.largest() // (1024 * 1024)} MB. Check it offline, as its README says."


def _spend(request: HttpRequest) -> None:
    """Count a question of this address. Raises TooMany."""
    spend("verify", get_adapter().get_client_ip(request), times=TIMES, within=WITHIN)
