"""Many workers at once, for races and long lists: written in bulk, without passwords."""

from accounts.models import User
from workers.models import Worker


def crowd_of(count: int, name: str = "Worker") -> list[Worker]:
    """So many workers in Albany, who can act but not sign in."""
    slug = name.lower().replace(" ", ".")
    users = User.objects.bulk_create(
        User(name=f"{name} {n:03d}", email=f"{slug}.{n:03d}@crowd.test", password="!", hat="worker")
        for n in range(count)
    )
    place = {"city": "Albany", "region": "NY", "postcode": "12207", "lat": 42.65, "lon": -73.75}
    return Worker.objects.bulk_create(Worker(user=user, **place) for user in users)
