"""How long a company takes: its own average where there is one, the default where not."""

from django.conf import settings

from clients.models import CompanyCard

LEAST_APPROVALS = 3
"""An average over fewer approvals than this is not used (decisions.md D5)."""


def average_approval_minutes(card: CompanyCard | None) -> int:
    """Minutes that this company takes to approve: its own 90-day average, else the default (72 h), in minutes."""
    if card and card.approvals >= LEAST_APPROVALS and card.average_approval_minutes is not None:
        return card.average_approval_minutes
    return int(settings.ONSITE_APPROVAL_DEFAULT_HOURS) * 60
