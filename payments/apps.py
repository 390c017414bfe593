from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "payments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from assignments.company_rules import register_lost  # noqa: PLC0415 - models load only now
        from assignments.templatetags.assignments_onsite import add_to_page  # noqa: PLC0415 - as above
        from assignments.templatetags.home_onsite import add_to_worker_home  # noqa: PLC0415 - as above
        from notifications import events  # noqa: PLC0415 - as above
        from payments import audit, bulk_approving, cards, on_page, registering  # noqa: PLC0415 - as above
        from payments.kinds import KINDS, STAFF  # noqa: PLC0415 - as above
        from timeline import presenters  # noqa: PLC0415 - as above

        for kind in KINDS.values():
            presenters.register(kind.kind, title=kind.title, icon=kind.icon)
            if kind.to:
                events.register(
                    kind.kind,
                    title=kind.title,
                    group=kind.group,
                    must_have=kind.must_have,
                    is_staff=kind.to == (STAFF,),
                )
        registering.join_assignments()
        bulk_approving.join_acts()
        audit.join_ledger()
        register_lost(cards.disputes_lost)
        add_to_page("alerts", on_page.alerts)
        add_to_page("money", on_page.money)
        add_to_page("rail", on_page.proof)
        add_to_page("money", on_page.automatic_box)
        add_to_page("before", on_page.automatic_box)
        add_to_worker_home(on_page.worker_home)
