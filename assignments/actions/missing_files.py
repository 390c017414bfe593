"""Which files are still missing, kept on the assignment's row: labels and timers read it there."""

from django.db.models import Count, Q

from assignments.models import Assignment, DeliverableRequirement


def count_missing(row: Assignment) -> None:
    """Bring the facts on a locked row up to date; the door saves them and sets what falls due by them.

    What went over to a revisit is not missing here.
    """
    given = Q(
        deliverables__engagement=row.engagement_id or 0,
        deliverables__rejected_at__isnull=True,
        deliverables__removed_at__isnull=True,
    )
    wanted = DeliverableRequirement.objects.filter(assignment=row, carried__isnull=True).order_by()
    wanted = wanted.annotate(have=Count("deliverables", filter=given))
    open_ = [one for one in wanted if one.have < one.count]
    row.deliverables_fulfilled = not open_
    row.open_by_default = any(one.due_minutes is None for one in open_)
    row.open_due_minutes = min(
        (one.due_minutes for one in open_ if one.due_minutes is not None), default=None
    )
