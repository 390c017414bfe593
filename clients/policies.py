"""Who may do what in a company: one table role x verb, asked by button and door (decisions.md D18).

Assignments and payments have tables of their own; these verbs are about the company itself.
"""

from typing import Final

from clients.models import Member
from clients.roles import Role
from common.errors import NotAllowed

EVERYBODY: Final = frozenset(Role)
ADMINISTRATORS: Final = frozenset({Role.ADMINISTRATOR})
MANAGERS: Final = frozenset({Role.ADMINISTRATOR, Role.MANAGER})
WRITERS: Final = frozenset({Role.ADMINISTRATOR, Role.MANAGER, Role.USER})

VERBS: Final[dict[str, frozenset[Role]]] = {
    "see_company": EVERYBODY,
    "edit_company": ADMINISTRATORS,
    "see_team": EVERYBODY,
    "invite": ADMINISTRATORS,
    "withdraw_invite": ADMINISTRATORS,
    "edit_member": ADMINISTRATORS,
    "deactivate_member": ADMINISTRATORS,
    "see_customers": EVERYBODY,
    "edit_customer": MANAGERS,
    "see_locations": EVERYBODY,
    "edit_location": WRITERS,
    "see_requirements": EVERYBODY,
    "edit_requirements": MANAGERS,
    "see_workers": EVERYBODY,
    "block_worker": MANAGERS,
    "see_pools": EVERYBODY,
    "edit_pool": MANAGERS,
    "see_history": ADMINISTRATORS,
}

_PHRASES: Final = {
    "see_company": "see the company's settings",
    "edit_company": "change the company's settings",
    "see_team": "see the team",
    "invite": "invite colleagues",
    "withdraw_invite": "withdraw invitations",
    "edit_member": "change a colleague's role and budget",
    "deactivate_member": "remove a colleague",
    "see_customers": "see customers and projects",
    "edit_customer": "change customers and projects",
    "see_locations": "see locations",
    "edit_location": "change locations",
    "see_requirements": "see what the company asks of workers",
    "edit_requirements": "change what the company asks of workers",
    "see_workers": "look at workers",
    "block_worker": "block workers",
    "see_pools": "look at talent pools",
    "edit_pool": "change talent pools",
    "see_history": "read the company's history",
}

ROLE_WORDS: Final[dict[Role, tuple[str, str, str]]] = {
    Role.ADMINISTRATOR: ("Everything, the company and its team too", "All, with payments", "Yes"),
    Role.MANAGER: ("Customers, projects, locations and requirements", "All assignments, approval too", "No"),
    Role.CONTROLLER: ("Nothing to change", "View", "Yes"),
    Role.USER: ("Locations", "The own and followed ones; approves the own within the budget", "No"),
    Role.VIEW_ONLY: ("Nothing to change", "View", "No"),
}
"""What each role may, in words: company, assignments, money."""


def can(member: Member | None, verb: str) -> bool:
    """Whether that member may do it. KeyError for an unknown verb."""
    roles = VERBS[verb]
    return member is not None and member.is_active and Role(member.role) in roles


def require(member: Member | None, verb: str) -> None:
    """Raise NotAllowed unless that member may do it."""
    if not can(member, verb):
        raise NotAllowed(
            f"Your role does not let you {_PHRASES[verb]}. Ask an administrator of your company."
        )


def verbs_for(member: Member | None) -> frozenset[str]:
    """All verbs of that member, for templates: `{% if "invite" in verbs %}`."""
    return frozenset(verb for verb in VERBS if can(member, verb))
