"""Production, as fault tests start it: what only a proxy or a build step would add is left out, and nothing else.

Static files come from the source folders (no `collectstatic`), and people sign in with a cheap hash.
"""

from config.settings.production import *  # noqa: F403
from config.settings.production import ACCOUNT_RATE_LIMITS, STORAGES, env

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_USE_FINDERS = True
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

ACCOUNT_RATE_LIMITS = {**ACCOUNT_RATE_LIMITS, "login": "100000/m/ip"}
"""One address signs in all the time here; it is still counted, which needs the cache."""

EMAIL_TIMEOUT = env.int("FAULT_MAIL_SECONDS", 20)
"""So long a mail server may hang; shorter where a test has many that do."""
