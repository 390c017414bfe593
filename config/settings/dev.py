"""Development and `make run`: nothing but Python is needed; all data lies under var/."""

import os
import secrets
from pathlib import Path

from config.settings.base import *  # noqa: F403
from config.settings.base import EMAIL_CONFIGURED, INSTALLED_APPS, ONSITE_VAR, STORAGES, env

DEBUG = env.bool("DEBUG", True)
ONSITE_DEVELOPMENT = True
ONSITE_NO_DEMO = env.bool("ONSITE_NO_DEMO", False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])

INSTALLED_APPS = ["whitenoise.runserver_nostatic", *INSTALLED_APPS]
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = ONSITE_VAR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

# A bank that does not exist, so that payout files can be made and looked at.
ONSITE_PAYER_ACCOUNTS = env.dict(
    "ONSITE_PAYER_ACCOUNTS", default={"USD": "000123456789", "EUR": "DE89370400440532013000"}
)
ONSITE_PAYER_BIC = env.str("ONSITE_PAYER_BIC", "COBADEFFXXX")
ONSITE_ACH_ROUTING = env.str("ONSITE_ACH_ROUTING", "021000021")
ONSITE_ACH_BANK_NAME = env.str("ONSITE_ACH_BANK_NAME", "First Example Bank")
ONSITE_ACH_COMPANY_ID = env.str("ONSITE_ACH_COMPANY_ID", "1234567890")

if not EMAIL_CONFIGURED:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = ONSITE_VAR / "mail"


def own_key(path: Path) -> str:
    """A secret key of this checkout, made once: sessions survive a restart and no shared key exists."""
    try:
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY", "") or own_key(ONSITE_VAR / "secret.key")
