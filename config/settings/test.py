"""Tests: fast hasher, mails in memory, no queue. The database is that of DATABASE_URL, under a test name."""

from config.settings.base import *  # noqa: F403
from config.settings.base import DATABASES, ONSITE_VAR, STORAGES, cache_for, env

ONSITE_DEVELOPMENT = True
ONSITE_NO_DEMO = True
ONSITE_STAFF_MFA = False
# Stories move the clock by weeks with the same browsers.
ONSITE_SESSION_IDLE_HOURS = ONSITE_STAFF_IDLE_HOURS = 24 * 3650
ONSITE_SESSION_DAYS = 3650
SECRET_KEY = "only-for-tests-" + "x" * 50
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
ONSITE_BASE_URL = "http://testserver"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# Only a server that the test lanes name is used; REDIS_URL of the installation never is.
REDIS_URL = env.str("ONSITE_TEST_REDIS_URL", "")
CACHES = {
    "default": cache_for(REDIS_URL)
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
CELERY_TASK_ALWAYS_EAGER = False

WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True  # else each test client lists all static files at its first request (30 ms)
STATIC_ROOT = ONSITE_VAR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
ONSITE_MEDIA = ONSITE_VAR / "test-media"
MEDIA_ROOT = ONSITE_MEDIA
STORAGES = {
    **STORAGES,
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Browser stories need a file: several threads of one server then write as they do in real life.
    DATABASES["default"]["TEST"] = {"NAME": env.str("ONSITE_TEST_SQLITE", "") or None}
else:
    DATABASES["default"]["TEST"] = {"NAME": env.str("ONSITE_TEST_DATABASE", "onsite_test")}
