"""The ways in which Onsite says no. Each carries the sentence that the user reads."""


class DomainError(Exception):
    """A refusal by a rule. `sentence` is complete, calm and ends with a full stop."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotAllowed(DomainError):
    """Who: this person may never do this here (answered with 403)."""


class WrongState(DomainError):
    """When: the row is not, or no longer, in a stage where this is possible (answered with 409)."""


class Conflict(DomainError):
    """Raced: somebody changed the facts that this act rests on (answered with 409)."""


class Invalid(DomainError):
    """Input: what was typed cannot be taken. Shown at the form's `field`, or above the form when it is None."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class AlreadyDone(DomainError):
    """The same person already did exactly this: the answer is the same page again, not an error (decisions.md D25)."""
