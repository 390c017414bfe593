"""The web server's entry. Without settings named, it is production: an unsafe environment then stops it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
os.environ.setdefault("ONSITE_DB_POOL", "8")

application = get_wsgi_application()
