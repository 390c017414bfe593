"""The two sides that a person can stand on. The rooms above register theirs; accounts knows only the hats."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import User
from common.context import address


@dataclass(frozen=True, slots=True)
class Side:
    """One side: whether somebody has it, where its home is and where it is begun (names of addresses)."""

    hat: str
    title: str
    why: str
    icon: str
    has: Callable[[User], bool]
    home: str
    begin: str


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the first sign-in list: what to do, why, where, and whether it is done."""

    title: str
    why: str
    url: str
    is_done: bool


Steps = Callable[[User], list[Step]]

_sides: dict[str, Side] = {}
_steps: dict[str, list[Steps]] = {}


def register(side: Side) -> None:
    """Make a side known. Called while apps load; raises ValueError when the hat is taken."""
    if side.hat in _sides:
        raise ValueError(f"the side {side.hat} is registered twice")
    _sides[side.hat] = side


def register_steps(hat: str, provider: Steps) -> None:
    """Add lines to the first sign-in list of a hat, after those registered before."""
    _steps.setdefault(hat, []).append(provider)


def all_sides() -> list[Side]:
    """The known sides, clients first."""
    return sorted(_sides.values(), key=lambda side: side.hat)


def side(hat: str) -> Side | None:
    return _sides.get(hat)


def current(user: User) -> Side | None:
    """The side whose hat is on, if the person still has it."""
    worn = _sides.get(user.hat)
    return worn if worn is not None and worn.has(user) else None


def first_steps(user: User) -> list[Step]:
    """What a newcomer does first under the hat that is on; steps that lead nowhere yet are left out."""
    found = [step for provider in _steps.get(user.hat, []) for step in provider(user)]
    return [step for step in found if step.url or step.is_done]


def home_address(user: User) -> str:
    """Where "Home" leads: the dashboard of the hat, administration, or the choice of a side."""
    worn = current(user)
    if worn is not None:
        return address(worn.home) or address("accounts:profile")
    return address("admin:index") if user.is_staff else address("accounts:start")
