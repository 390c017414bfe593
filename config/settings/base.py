"""Settings shared by every mode. Each value that differs between installations comes from the environment."""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF

from common import logs

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
ONSITE_VAR = Path(env.str("ONSITE_VAR", str(BASE_DIR / "var"))).resolve()
"""Everything that this installation writes: embedded database, uploads, mails, queue, logs."""
ONSITE_VAR.mkdir(parents=True, exist_ok=True)

DEBUG = False
ONSITE_PRODUCTION = False
ONSITE_DEVELOPMENT = False
"""True only in dev and test settings: demo data and the moved clock are refused elsewhere."""

SECRET_KEY = env.str("SECRET_KEY", "")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- The portal's own numbers (units in the names) ---
ONSITE_BASE_URL = env.str("ONSITE_BASE_URL", "http://localhost:8000").rstrip("/")
ONSITE_FIELD_KEY = env.str("ONSITE_FIELD_KEY", "")
ONSITE_PROOF_KEY = env.str("ONSITE_PROOF_KEY", "")
"""Signs proof packs; empty: made from ONSITE_FIELD_KEY or SECRET_KEY. After a change the packs of before stay good."""
ONSITE_PROOF_UPLOAD_MB = env.int("ONSITE_PROOF_UPLOAD_MB", 200)
"""Largest proof pack that the public page checks, in megabytes."""
ONSITE_FEE_BPS = env.int("ONSITE_FEE_BPS", 0)
ONSITE_FASTFUNDS_BPS = env.int("ONSITE_FASTFUNDS_BPS", 750)
ONSITE_DEPOSIT_SECOND_PERSON_ABOVE = env.str("ONSITE_DEPOSIT_SECOND_PERSON_ABOVE", "2500000")
ONSITE_PAYOUT_SECOND_PERSON = env.bool("ONSITE_PAYOUT_SECOND_PERSON", False)
"""Whether who handed a withdrawal to the bank cannot record alone, by hand, that it was paid (production: yes)."""
ONSITE_PAST_DUE_STOP_DAYS = env.int("ONSITE_PAST_DUE_STOP_DAYS", 5)
ONSITE_OPERATOR_NAME = env.str("ONSITE_OPERATOR_NAME", "Onsite")
ONSITE_OPERATOR_ADDRESS = env.str("ONSITE_OPERATOR_ADDRESS", "")
ONSITE_SMALL_CLAIMS_BELOW = env.str("ONSITE_SMALL_CLAIMS_BELOW", "30000")
ONSITE_APPEAL_DAYS = env.int("ONSITE_APPEAL_DAYS", 7)
ONSITE_ERASURE_DAYS = env.int("ONSITE_ERASURE_DAYS", 14)
"""Days between the wish to be erased and the act, in which it can be taken back."""
ONSITE_MEDIA = Path(env.str("ONSITE_MEDIA", str(ONSITE_VAR / "media"))).resolve()
ONSITE_SWEEP_SECONDS = env.int("ONSITE_SWEEP_SECONDS", 15)
ONSITE_OUTBOX_LIMIT_MINUTES = env.int("ONSITE_OUTBOX_LIMIT_MINUTES", 15)
ONSITE_DUE_LIMIT_MINUTES = env.int("ONSITE_DUE_LIMIT_MINUTES", 15)
"""A mail or a timer's row that has been due for longer makes /readyz answer 503, and alerts staff."""
ONSITE_METRICS_TOKEN = env.str("ONSITE_METRICS_TOKEN", "")
"""Opens /metrics and the details of /readyz; without it there is no /metrics."""
ONSITE_ALERT_MAIL = env.list("ONSITE_ALERT_MAIL", default=[])
"""Addresses that alerts go to; empty: everybody of the staff who may see Operations."""
ONSITE_ON_TIME_BEFORE_MIN = env.int("ONSITE_ON_TIME_BEFORE_MIN", 30)
ONSITE_ON_TIME_AFTER_MIN = env.int("ONSITE_ON_TIME_AFTER_MIN", 15)
ONSITE_NO_SHOW_AFTER_MIN = env.int("ONSITE_NO_SHOW_AFTER_MIN", 30)
ONSITE_SITE_RADIUS_M = env.int("ONSITE_SITE_RADIUS_M", 500)
ONSITE_CHECKIN_OPENS_HOURS = env.int("ONSITE_CHECKIN_OPENS_HOURS", 12)
ONSITE_ESCALATE_AFTER_HOURS = env.int("ONSITE_ESCALATE_AFTER_HOURS", 48)
ONSITE_CLAMD = env.str("ONSITE_CLAMD", "")
ONSITE_CLAMD_FAIL_OPEN = env.bool("ONSITE_CLAMD_FAIL_OPEN", False)
ONSITE_APPROVAL_DEFAULT_HOURS = env.int("ONSITE_APPROVAL_DEFAULT_HOURS", 72)
ONSITE_TAX_FORM = env.bool("ONSITE_TAX_FORM", True)
"""Whether a worker gives tax data in the manner of a W-9 before the first withdrawal."""
ONSITE_AUTO_WITHDRAW_MIN_MINOR = env.int("ONSITE_AUTO_WITHDRAW_MIN_MINOR", 3000)
ONSITE_PAYER_NAME = env.str("ONSITE_PAYER_NAME", "Onsite")
ONSITE_PAYER_ACCOUNTS: dict[str, str] = env.dict("ONSITE_PAYER_ACCOUNTS", default={})
"""The portal's own bank account of each currency: USD=000123456789,EUR=DE89370400440532013000."""
ONSITE_PAYER_BIC = env.str("ONSITE_PAYER_BIC", "")
ONSITE_ACH_ROUTING = env.str("ONSITE_ACH_ROUTING", "")
ONSITE_ACH_BANK_NAME = env.str("ONSITE_ACH_BANK_NAME", "")
ONSITE_ACH_COMPANY_ID = env.str("ONSITE_ACH_COMPANY_ID", "")
ONSITE_PROVIDER_URL = env.str("ONSITE_PROVIDER_URL", "")
ONSITE_PROVIDER_KEY = env.str("ONSITE_PROVIDER_KEY", "")
ONSITE_PROVIDER_WEBHOOK_SECRET = env.str("ONSITE_PROVIDER_WEBHOOK_SECRET", "")
ONSITE_PROVIDER_TIMEOUT_SECONDS = env.int("ONSITE_PROVIDER_TIMEOUT_SECONDS", 10)
MAP_DIRECTIONS_URL = env.str("MAP_DIRECTIONS_URL", "https://www.openstreetmap.org/directions?to={lat},{lon}")

INSTALLED_APPS = [
    "config",
    "common",
    "accounts",
    "timeline",
    "notifications",
    "ledger",
    "workers",
    "clients",
    "assignments",
    "payments",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_filters",
    "django_htmx",
    "csp",
    "simple_history",
]

MIDDLEWARE = [
    "config.requests.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.compression.PageCompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.csp.AdminStyleMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.device.DeviceMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.BadFormMiddleware",
    "accounts.sessions.SessionLimitMiddleware",
    "accounts.staff.StaffFactorMiddleware",
    "accounts.searching.SearchLimitMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "common.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "common.forms.OnsiteRenderer"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "common.context.shell",
            ],
        },
    },
]

# --- Database ---
ONSITE_ALLOW_SQLITE = env.bool("ONSITE_ALLOW_SQLITE", False)
ONSITE_STATEMENT_TIMEOUT_SECONDS = env.int("ONSITE_STATEMENT_TIMEOUT_SECONDS", 30)


def tuned(database: dict[str, Any]) -> dict[str, Any]:
    """The database with the options that its engine needs to be safe under concurrent writers."""
    if database["ENGINE"] == "django.db.backends.sqlite3":
        options = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON",
        }
    else:
        statement = ONSITE_STATEMENT_TIMEOUT_SECONDS * 1000
        # jit: compiling a query took ten times as long as running it; none here is long enough to gain by it.
        # memoize: a page of 50 joins it to people; the cache that is made for all rows behind them took 2 of 3.5 ms.
        # random_page_cost: on disks without a head, and with what lists read in memory, a row by its index costs little
        # more than the next one; by the old figure whole small tables were read to join twenty rows to them.
        planner = "-c jit=off -c enable_memoize=off -c random_page_cost=1.1"
        options = {"options": f"-c lock_timeout=3000 -c statement_timeout={statement} {planner}"}
    return {**database, "OPTIONS": {**database.get("OPTIONS", {}), **options}, "ATOMIC_REQUESTS": False}


DATABASE_URL = env.str("DATABASE_URL", "") or f"sqlite:///{ONSITE_VAR / 'onsite.sqlite3'}"
DATABASES = {"default": tuned(env.db_url_config(DATABASE_URL))}
ONSITE_REPLICA_URL = env.str("ONSITE_REPLICA_URL", "")
"""A streaming copy of the database, for long lists only (config/replica.py); empty: there is none."""
ONSITE_REPLICA_LAG_SECONDS = env.int("ONSITE_REPLICA_LAG_SECONDS", 10)
"""For so long after an own change a person reads the primary database everywhere."""
if ONSITE_REPLICA_URL:
    DATABASES["replica"] = {**tuned(env.db_url_config(ONSITE_REPLICA_URL)), "TEST": {"MIRROR": "default"}}
    DATABASE_ROUTERS = ["config.replica.ListReads"]
    MIDDLEWARE.insert(
        MIDDLEWARE.index("django.middleware.common.CommonMiddleware"), "config.replica.ReplicaMiddleware"
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache and queue: Redis where REDIS_URL is set, otherwise the database and files under ONSITE_VAR ---
REDIS_URL = env.str("REDIS_URL", "")


def cache_for(redis_url: str) -> dict[str, Any]:
    """A cache that all processes share; sign-in rate limits live in it."""
    if redis_url:
        return {
            "BACKEND": "common.shared_cache.SharedCache",
            "LOCATION": redis_url,
            "KEY_PREFIX": "onsite",
        }
    return {"BACKEND": "common.shared_cache.TableCache", "LOCATION": "onsite_cache"}


CACHES = {"default": cache_for(REDIS_URL)}

CELERY_BROKER_URL = REDIS_URL or "filesystem://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, str] = {}
if not REDIS_URL:
    queue = ONSITE_VAR / "broker"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(queue / "messages"),
        "data_folder_out": str(queue / "messages"),
        "control_folder": str(queue / "control"),
    }
    for folder in CELERY_BROKER_TRANSPORT_OPTIONS.values():
        Path(folder).mkdir(parents=True, exist_ok=True)  # the transport expects to find them
    CELERY_WORKER_POOL = "solo"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(ONSITE_VAR / "beat-schedule")

# --- People ---
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "clients.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "clients.signup.SignupForm",
    "login": "accounts.entrance.LoginForm",
    "add_email": "accounts.entrance.AddEmailForm",
    "change_password": "accounts.entrance.ChangePasswordForm",
    "set_password": "accounts.entrance.SetPasswordForm",
    "reset_password": "accounts.entrance.ResetPasswordForm",
    "reset_password_from_key": "accounts.entrance.ResetPasswordKeyForm",
    "reauthenticate": "accounts.entrance.ReauthenticateForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {"signup": "10/m/ip,200/d/ip"}
"""By address, since a newcomer has no account yet; the other limits of sign-in pages are allauth's own."""
MFA_ADAPTER = "accounts.mfa.MFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.factors.AuthenticateForm",
    "reauthenticate": "accounts.factors.ReauthenticateForm",
    "activate_totp": "accounts.factors.ActivateTOTPForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "Onsite"
MFA_PASSKEY_LOGIN_ENABLED = True
ONSITE_STAFF_MFA = env.bool("ONSITE_STAFF_MFA", False)
"""Platform admins need a second factor. Production has it on; the local demo is exempt, and says so."""

ONSITE_PROXIES = env.int("ONSITE_PROXIES", 0)
"""How many trusted proxies stand in front; 0 means that the address of the connection is the visitor's."""
ALLAUTH_TRUSTED_PROXY_COUNT = ONSITE_PROXIES
ONSITE_LIMIT_FACTOR = env.int("ONSITE_LIMIT_FACTOR", 1)
"""Multiplies the limits of common/limits.py: for load tests, where few accounts and one address do everything."""
if ONSITE_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

PASSWORD_RESET_TIMEOUT = 24 * 3600
"""Seconds for which a link to set a new password is good (the mail names them as 24 hours)."""

ONSITE_SESSION_IDLE_HOURS = env.int("ONSITE_SESSION_IDLE_HOURS", 14 * 24)
ONSITE_STAFF_IDLE_HOURS = env.int("ONSITE_STAFF_IDLE_HOURS", 12)
"""Hours without use after which a sign-in ends: of people, and of platform admins."""
ONSITE_SESSION_DAYS = env.int("ONSITE_SESSION_DAYS", 30)
"""Days after which every sign-in ends, however much it is used."""
SESSION_COOKIE_AGE = max(ONSITE_SESSION_IDLE_HOURS, ONSITE_STAFF_IDLE_HOURS) * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

# --- Browser policy ---
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# --- Files: static ones are public; uploads have no address, a view gives them to those who may ---
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = ONSITE_MEDIA
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": str(ONSITE_MEDIA),
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
"""The largest legal form is a draft: with 60 files to give, 60 questions, 20 groups and 30 further days it sends about
1,210 fields (measured in tests/assignments/test_client_drafts.py), and one more for each ticked set and worker."""
DATA_UPLOAD_MAX_NUMBER_FILES = 50
"""As many as one requirement takes (assignments/actions/deliverables.py)."""

SILENCED_SYSTEM_CHECKS = ["models.W040"]
"""SQLite leaves out the further columns of covering indexes: they are for reports on PostgreSQL, and harm nothing."""

# --- Mail ---
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Onsite <onsite@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 20
ONSITE_REPLY_DOMAIN = env.str("ONSITE_REPLY_DOMAIN", "")
"""Mail to this domain is piped into `manage.py receive_mail`; empty: notices cannot be answered by mail."""
EMAIL_CONFIGURED = bool(env.str("EMAIL_URL", ""))
if EMAIL_CONFIGURED:
    globals().update(env.email_url("EMAIL_URL"))

# --- Language and time: UTC inside, each person's own zone on the page ---
LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Logs: readable lines, or one JSON object a line; both carry request, person and assignment, and no secrets ---
ONSITE_LOG_FORMAT = env.str("ONSITE_LOG_FORMAT", "line")
ONSITE_LOG_LEVEL = env.str("ONSITE_LOG_LEVEL", "INFO")
LOGGING: dict[str, Any] = logs.configuration(ONSITE_LOG_FORMAT, ONSITE_LOG_LEVEL)
