"""Production: everything by environment. A missing or unsafe value stops the start (config/checks.py)."""

from config.settings.base import *  # noqa: F403
from config.settings.base import DATABASES, ONSITE_LOG_LEVEL, env, logs

ONSITE_PRODUCTION = True
DEBUG = env.bool("DEBUG", False)
ONSITE_STAFF_MFA = env.bool("ONSITE_STAFF_MFA", True)
# Not empty: Django's own complaint would hide the list of everything else that is wrong.
SECRET_KEY = env.str("SECRET_KEY", "") or "missing"
ONSITE_PAYOUT_SECOND_PERSON = env.bool("ONSITE_PAYOUT_SECOND_PERSON", True)
ONSITE_BASE_URL = env.str("ONSITE_BASE_URL", "").rstrip("/")

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.int("ONSITE_HSTS_SECONDS", 365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"

# The web server keeps a pool (config/wsgi.py asks for it); workers fork, so each keeps one connection.
ONSITE_DB_POOL = env.int("ONSITE_DB_POOL", 0)
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # A connection that broke while nobody used it is replaced before it is given to a request.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    if ONSITE_DB_POOL:
        # The pool would otherwise wait twice as long after each failed try, and so come back minutes after the server.
        DATABASES["default"]["OPTIONS"]["pool"] = {
            "min_size": 2,
            "max_size": ONSITE_DB_POOL,
            "timeout": 5,
            "reconnect_timeout": 5,
        }
    else:
        DATABASES["default"]["CONN_MAX_AGE"] = 60

# A log that machines read; ONSITE_LOG_FORMAT=line gives the readable one back.
ONSITE_LOG_FORMAT = env.str("ONSITE_LOG_FORMAT", "json")
LOGGING = logs.configuration(ONSITE_LOG_FORMAT, ONSITE_LOG_LEVEL)

ONSITE_SENTRY_DSN = env.str("ONSITE_SENTRY_DSN", "")
if ONSITE_SENTRY_DSN:
    import sentry_sdk

    sentry_sdk.init(dsn=ONSITE_SENTRY_DSN, send_default_pii=False, max_request_body_size="never")
