from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "clients"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the client's side, its first steps, its history kinds and the events told by mail."""
        from accounts import sides  # noqa: PLC0415 - models are loaded only now
        from clients.first_steps import steps  # noqa: PLC0415 - as above
        from clients.kinds import GROUP, KINDS  # noqa: PLC0415 - as above
        from clients.pools import register_judge  # noqa: PLC0415 - as above
        from clients.queries import membership  # noqa: PLC0415 - as above
        from clients.requirements import of_set  # noqa: PLC0415 - as above
        from notifications import kinds  # noqa: PLC0415 - as above

        kinds.register(KINDS.values(), group=GROUP)
        register_judge(of_set)
        sides.register_steps("client", steps)
        sides.register(
            sides.Side(
                hat="client",
                title="I need work done",
                why="Create assignments, choose a worker, approve and pay.",
                icon="building-2",
                has=lambda user: membership(user) is not None,
                home="assignments:dashboard",
                begin="clients:create",
            )
        )
