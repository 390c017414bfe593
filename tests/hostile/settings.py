"""The portal under attack: development's demo data, but without debugging pages, and with every rate limit off.

A limit would answer most hostile requests before the code behind it is reached; limits have tests of their own.
"""

from config.settings.dev import *  # noqa: F403

DEBUG = False
ONSITE_BASE_URL = "http://127.0.0.1:8000"
WHITENOISE_AUTOREFRESH = False
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
ACCOUNT_RATE_LIMITS = False
