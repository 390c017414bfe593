"""The pages of sign-in, passwords and second factors answer bad input as all other pages do."""

from collections.abc import Callable

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


class BadFormMiddleware:
    """allauth draws a form with errors as 200: here it becomes 422, without a copy of its views.

    Only pages without a namespace are meant (allauth's own); the administration keeps Django's answers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        match, form = request.resolver_match, (response.context_data or {}).get("form")
        is_ours = match is not None and not match.namespaces
        if is_ours and response.status_code == 200 and isinstance(form, BaseForm) and form.errors:
            response.status_code = 422
        return response
