from django.apps import AppConfig


class AssignmentsConfig(AppConfig):
    name = "assignments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from assignments import introductions, requirements, scorecard, threads  # noqa: PLC0415 - models load only now
        from assignments.actions.parting import part  # noqa: PLC0415 - as above
        from assignments.batch_kinds import GROUP  # noqa: PLC0415 - as above
        from assignments.batch_kinds import KINDS as BATCH_KINDS  # noqa: PLC0415 - as above
        from assignments.kinds import KINDS  # noqa: PLC0415 - as above
        from clients.blocks import register_parting  # noqa: PLC0415 - as above
        from clients.queries import register_acquaintance  # noqa: PLC0415 - as above
        from clients.requirements import Scores, register_asker, register_scores  # noqa: PLC0415 - as above
        from common import context  # noqa: PLC0415 - as above
        from notifications import events, kinds  # noqa: PLC0415 - as above
        from timeline import presenters  # noqa: PLC0415 - as above
        from workers import figures, panels  # noqa: PLC0415 - as above

        context.register("creates", introductions.may_create)
        context.register("messages", threads.unread_total)
        register_parting(part)
        register_acquaintance(introductions.acquaintances)
        register_scores(Scores(scorecard.beside, requirements.score))
        register_asker(requirements.asks)
        figures.register(introductions.figures)
        panels.register(introductions.record)
        for kind in KINDS.values():
            presenters.register(kind.kind, title=kind.title, icon=kind.icon)
            if kind.to:
                events.register(kind.kind, title=kind.title, group=kind.group, must_have=kind.must_have)
        events.register("search.found", title="New work for a saved search", group="Find Work")
        events.register("fault.waits", title="A contested fault record waits", group="Fault record")
        kinds.register(BATCH_KINDS.values(), group=GROUP)
