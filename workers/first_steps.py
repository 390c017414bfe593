"""What a new worker does first (ux.md 6.1)."""

from accounts.models import User
from accounts.sides import Step
from common.context import address
from workers.queries import worker_of


def steps(user: User) -> list[Step]:
    """Skills, words about oneself, hours, work."""
    worker = worker_of(user)
    if worker is None:
        return []
    profile = address("workers:profile")
    return [
        Step("Add your skills", "Clients find you by them.", profile, worker.skills.exists()),
        Step(
            "Say something about you", "Tools, experience, what you like to do.", profile, bool(worker.about)
        ),
        Step(
            "Set your weekly hours",
            "So that you are offered work at times that suit you.",
            address("workers:hours"),
            worker.availability.exists(),
        ),
    ]
