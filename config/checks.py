"""What a production start must find. Each problem names its variable; any of them stops the start."""

import os
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from payments import limits

SHORTEST_KEY = 50
UNSENT_MAIL = ("console", "filebased", "locmem", "dummy")


def problems() -> list[Error]:
    """Everything in the settings that is missing or unsafe for production, in the order of the ids."""
    found = (
        secret_key(),
        debug(),
        hosts(),
        mail(),
        sqlite(),
        field_key(),
        redis(),
        base_url(),
        media(),
        clamd(),
        amounts(),
        provider(),
        staff_factor(),
    )
    return [error for error in found if error is not None]


def stop_when_unsafe() -> None:
    """Refuse to start (web server, worker, beat and commands alike) while a problem is left."""
    if found := problems():
        lines = "\n".join(f"  {error.id}: {error.msg}" for error in found)
        raise ImproperlyConfigured(f"Onsite does not start with these settings:\n{lines}")


@register
def production_settings(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """The same list for `manage.py check`; development has nothing to answer for."""
    return [*problems()] if settings.ONSITE_PRODUCTION else []


def weak(key: str) -> bool:
    return len(key) < SHORTEST_KEY or len(set(key)) < 5 or key.startswith(("django-insecure-", "change-me"))


def secret_key() -> Error | None:
    if not weak(settings.SECRET_KEY):
        return None
    sentence = f"SECRET_KEY is missing, an example or under {SHORTEST_KEY} characters; set a random one."
    return Error(sentence, id="onsite.E001")


def debug() -> Error | None:
    return Error("DEBUG is on; remove it or set it to 0.", id="onsite.E002") if settings.DEBUG else None


def hosts() -> Error | None:
    if settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS:
        return None
    return Error(
        "ALLOWED_HOSTS is empty or allows every name; list the portal's host names.", id="onsite.E003"
    )


def mail() -> Error | None:
    transport = settings.EMAIL_BACKEND.rsplit(".", 2)[-2]
    if settings.EMAIL_CONFIGURED and transport not in UNSENT_MAIL:
        return None
    return Error(
        "EMAIL_URL is missing or sends nothing; set smtp+tls://user:password@host:587.", id="onsite.E004"
    )


def sqlite() -> Error | None:
    if "sqlite3" not in settings.DATABASES["default"]["ENGINE"] or settings.ONSITE_ALLOW_SQLITE:
        return None
    sentence = "DATABASE_URL is missing or names SQLite; name PostgreSQL, or set ONSITE_ALLOW_SQLITE=1."
    return Error(sentence, id="onsite.E005")


def field_key() -> Error | None:
    if not weak(settings.ONSITE_FIELD_KEY) and settings.ONSITE_FIELD_KEY != settings.SECRET_KEY:
        return None
    sentence = (
        f"ONSITE_FIELD_KEY is missing, shorter than {SHORTEST_KEY} characters or equal to SECRET_KEY; "
        "it encrypts bank details, so set a random one and keep it."
    )
    return Error(sentence, id="onsite.E006")


def redis() -> Error | None:
    if settings.REDIS_URL:
        return None
    return Error(
        "REDIS_URL is missing; web servers and workers share their queue and limits there.", id="onsite.E007"
    )


def base_url() -> Error | None:
    if settings.ONSITE_BASE_URL.startswith("https://"):
        return None
    return Error("ONSITE_BASE_URL is missing or not https; links in mails begin with it.", id="onsite.E008")


def clamd() -> Error | None:
    if re.fullmatch(r"|tcp://[^/:]+(:\d+)?|unix:///.+", settings.ONSITE_CLAMD):
        return None
    return Error("ONSITE_CLAMD is neither tcp://host:port nor unix:///path.", id="onsite.E010")


def amounts() -> Error | None:
    """Amounts by currency can be read."""
    try:
        for name in ("ONSITE_DEPOSIT_SECOND_PERSON_ABOVE", "ONSITE_SMALL_CLAIMS_BELOW"):
            limits.by_currency(name)
    except ImproperlyConfigured as wrong:
        return Error(str(wrong), id="onsite.E011")
    return None


def provider() -> Error | None:
    url = settings.ONSITE_PROVIDER_URL
    given = (url, settings.ONSITE_PROVIDER_KEY, settings.ONSITE_PROVIDER_WEBHOOK_SECRET)
    if any(given) and not (all(given) and url.startswith("https://")):
        sentence = "ONSITE_PROVIDER_URL (https), _KEY and _WEBHOOK_SECRET belong together: set all or none."
        return Error(sentence, id="onsite.E012")
    return None


def staff_factor() -> Error | None:
    if settings.ONSITE_STAFF_MFA or settings.DEBUG:
        return None
    return Error("ONSITE_STAFF_MFA is off; platform admins need a second factor.", id="onsite.E013")


def media() -> Error | None:
    folder = Path(settings.ONSITE_MEDIA)
    public = [Path(settings.STATIC_ROOT), *map(Path, settings.STATICFILES_DIRS)]
    if any(folder == place or place in folder.parents for place in public):
        sentence = (
            "ONSITE_MEDIA lies inside a public static folder; private uploads need a folder of their own."
        )
        return Error(sentence, id="onsite.E009")
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    if not os.access(existing, os.W_OK):
        return Error(f"ONSITE_MEDIA ({folder}) cannot be written.", id="onsite.E009")
    return None
