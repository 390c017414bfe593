"""Sealed figures: encrypted when they are given, and opened for nobody before their dispute says so (N6).

Every sealed text has the same length, whatever the amount. No model of the administration and no export knows them.
"""

from typing import Final

from common.money import Money
from common.secrets import seal, unseal
from payments.models import Dispute, SealedFigure
from payments.states import Side

DIGITS: Final = 20


def sealed(amount: Money) -> str:
    """The amount as the database keeps it."""
    return seal(f"{amount.minor:0{DIGITS}d}")


def opened(dispute: Dispute) -> dict[str, Money]:
    """The figures by side, once they are open; nothing before."""
    return unsealed(dispute) if dispute.figures_opened_at else {}


def unsealed(dispute: Dispute) -> dict[str, Money]:
    """The figures by side, for the locked act that compares them (payments/actions/figures.py) and for nothing else."""
    rows = SealedFigure.objects.filter(dispute=dispute)
    return {str(one.side): Money(int(unseal(one.sealed)), dispute.currency) for one in rows}


def given(dispute: Dispute) -> set[str]:
    """Which sides gave their figure: that is no secret."""
    return set(SealedFigure.objects.filter(dispute=dispute).values_list("side", flat=True))


def bounds(dispute: Dispute) -> tuple[Money, Money]:
    """The least and the most that an admin can decide: between both open figures, else from nothing to all of it."""
    figures = opened(dispute)
    if set(figures) == {Side.CLIENT, Side.WORKER}:
        return figures[Side.CLIENT], figures[Side.WORKER]
    return Money.zero(dispute.currency), dispute.amount
