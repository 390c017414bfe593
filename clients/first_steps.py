"""What a new client does first (ux.md 6.1). Rooms above add theirs (funds, the first assignment)."""

from accounts.models import User
from accounts.sides import Step
from clients import policies
from clients.queries import membership, open_invites, team
from common.context import address


def steps(user: User) -> list[Step]:
    """A location, colleagues, the billing address: those that this member's role may do."""
    member = membership(user)
    if member is None:
        return []
    client = member.client
    found = []
    if policies.can(member, "edit_location"):
        has_one = client.locations.exists()
        why = "Saved sites fill in address, contact and time zone."
        found.append(Step("Add a location", why, address("clients:location_new"), has_one))
    if policies.can(member, "edit_company"):
        why = "It stands on every invoice."
        found.append(Step("Add your billing address", why, address("clients:company"), bool(client.street)))
    if policies.can(member, "invite"):
        has_team = team(client.pk).count() > 1 or open_invites(client.pk).exists()
        why = "Each gets a role and a largest budget."
        found.append(Step("Invite a colleague", why, address("clients:team"), has_team))
    return found
