"""Words for the sentences of the timeline about disputes."""

from django import template

from payments.states import Decision, DisputeState, Ground

register = template.Library()


@register.filter
def ground(code: str) -> str:
    """The ground of a dispute in the middle of a sentence."""
    return _lowered(dict(Ground.choices).get(code, code))


@register.filter
def step(code: str) -> str:
    """The step of a dispute in the middle of a sentence."""
    return _lowered(dict(DisputeState.choices).get(code, code))


@register.filter
def decision(code: str) -> str:
    """What was decided, in the middle of a sentence."""
    return _lowered(dict(Decision.choices).get(code, code))


def _lowered(text: object) -> str:
    words = str(text)
    return words[:1].lower() + words[1:]
