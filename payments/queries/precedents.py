"""Published decisions, for everybody."""

from django.db.models import Q, QuerySet

from payments.models import Precedent
from payments.states import Ground


def precedents(ground: str = "", text: str = "") -> "QuerySet[Precedent]":
    """Newest first; of one ground, and with all of these words, where asked."""
    rows = Precedent.objects.order_by("-published_at", "-id")
    if ground in Ground.values:
        rows = rows.filter(ground=ground)
    for word in text.split()[:8]:
        rows = rows.filter(Q(summary__icontains=word))
    return rows
