"""Only for collecting static files while an image is built: no database, no secret, nothing is served."""

import secrets

from config.settings.base import *  # noqa: F403

SECRET_KEY = secrets.token_urlsafe(64)
