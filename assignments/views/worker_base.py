"""What the worker's lists share: only people with a worker side have them."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest
from django.views import View

from accounts.models import User
from assignments.views.base import user_of
from common import clock
from common.errors import NotAllowed
from workers.models import Worker
from workers.queries import worker_of


class WorkerView(LoginRequiredMixin, View):
    """Sets `user`, `worker` and `now`; 403 for people without a worker side."""

    user: User
    worker: Worker

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.user = user_of(request)
        worker = self.find(self.user)
        if worker is None:
            raise NotAllowed("This page is for workers, and your account has no worker profile.")
        self.worker, self.now = worker, clock.now()
        return super().dispatch(request, *args, **kwargs)

    def find(self, user: User) -> Worker | None:
        """The worker side of the account; override to read more with it."""
        return worker_of(user)
