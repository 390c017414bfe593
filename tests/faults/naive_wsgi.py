"""The broken control of the web server: approval, invoice and payment in a transaction each, one after the other."""

from typing import Any

from config.wsgi import application
from payments import actions

__all__ = ["application"]


def approve(pk: int, *, actor: Any, expected: Any = None, **_: Any) -> Any:
    from django.db import transaction  # noqa: PLC0415 - as the others

    from assignments.actions import closeout  # noqa: PLC0415 - the app registry is ready only now
    from assignments.actions.door import lock  # noqa: PLC0415
    from payments.actions.invoicing import issue  # noqa: PLC0415
    from payments.actions.paying import pay_at_once  # noqa: PLC0415

    closeout.approve(pk, actor=actor, expected=expected)
    with transaction.atomic():
        invoice = issue(lock(pk), actor=actor)
    return pay_at_once(invoice)


actions.approve = approve  # type: ignore[assignment]
