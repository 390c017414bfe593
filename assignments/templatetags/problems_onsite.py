"""What pages say of open problems."""

from django import template

from assignments import problems
from assignments.models import Problem
from assignments.queries import Seen

register = template.Library()


@register.simple_tag
def open_problems(seen: Seen) -> list[Problem]:
    """The open reports that the viewer may read; asks nothing where there are none."""
    return problems.open_ones(seen)
