"""What the client's own pages share: they open to the people of a company only."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest
from django.views import View

from assignments.views.base import user_of
from clients.models import Member
from clients.queries import membership_once
from common.errors import NotAllowed


class ClientPage(LoginRequiredMixin, View):
    """A page for colleagues: `member` is the reader's place in the company. Raises NotAllowed for anybody else."""

    member: Member

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        found = membership_once(user_of(request))
        if found is None:
            raise NotAllowed("This page is for the people of a client company.")
        self.member = found
        return super().dispatch(request, *args, **kwargs)
