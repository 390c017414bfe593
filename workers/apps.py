from django.apps import AppConfig


class WorkersConfig(AppConfig):
    name = "workers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the worker's side, its first steps, its history kinds and the events told by mail."""
        from accounts import sides  # noqa: PLC0415 - models are loaded only now
        from notifications import kinds  # noqa: PLC0415 - as above
        from workers.first_steps import steps  # noqa: PLC0415 - as above
        from workers.kinds import GROUP, KINDS  # noqa: PLC0415 - as above
        from workers.queries import worker_of  # noqa: PLC0415 - as above

        kinds.register(KINDS.values(), group=GROUP)
        sides.register_steps("worker", steps)
        sides.register(
            sides.Side(
                hat="worker",
                title="I do the work",
                why="Find assignments near you, check in on your phone and get paid.",
                icon="wrench",
                has=lambda user: worker_of(user) is not None,
                home="assignments:worker_home",
                begin="workers:become",
            )
        )
