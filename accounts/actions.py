"""What people change about their own account."""

from django.db import transaction

from accounts.models import User


@transaction.atomic
def edit_profile(user_id: int, *, name: str, time_zone: str, theme: str, shortcuts: bool) -> User:
    """Change how a person is named and how pages look to them."""
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    user.name, user.time_zone, user.theme, user.shortcuts = name, time_zone, theme, shortcuts
    user.save(update_fields=["name", "time_zone", "theme", "shortcuts"])
    return user


def wear(user_id: int, hat: str) -> None:
    """Put a hat on. The caller has made sure that the person has that side."""
    User.objects.filter(pk=user_id).update(hat=hat)


def choose_theme(user_id: int, theme: str) -> None:
    """Keep the person's light or dark."""
    User.objects.filter(pk=user_id).update(theme=theme)
