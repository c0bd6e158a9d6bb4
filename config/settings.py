"""Settings: one file, everything that differs between the two ways to run comes from the environment.

Embedded default (nothing set): SQLite and a file-system queue under VAR_DIR. Production: DATABASE_URL, BROKER_URL.
What may be set, and what is refused, stands in environment.py.
"""

import os
from pathlib import Path

import environ
import fontpkg_sarabun
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import environment
from config.logs import logging_as

SET = environment.read(os.environ)
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(SET["VAR_DIR"] or BASE_DIR / "var")

DATABASE_URL = SET["DATABASE_URL"]
BROKER_URL = SET["BROKER_URL"]
PRODUCTION = SET["PRODUCTION"]
DEBUG = SET["DJANGO_DEBUG"]

# The environment refuses a production without a key of its own.
SECRET_KEY = SET["DJANGO_SECRET_KEY"] or environment.EMBEDDED_KEY
SECRET_KEY_FALLBACKS = SET["DJANGO_SECRET_KEY_FALLBACKS"]
ALLOWED_HOSTS = SET["DJANGO_ALLOWED_HOSTS"]
CSRF_TRUSTED_ORIGINS = SET["DJANGO_CSRF_TRUSTED_ORIGINS"]

INSTALLED_APPS = [
    "config",
    "reports",
    "evidence",
    "scorecards",
    "indicators",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",  # so that a widget of ours has its template among the others
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "js_lib_bootstrap5",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "config.proxies.address_of_the_visitor",
    "config.proxies.asked_from_inside",
    "config.requests.timed",
    "django.middleware.security.SecurityMiddleware",
    "config.headers.protecting_headers",
    "csp.middleware.CSPMiddleware",  # above WhiteNoise: a picture that is opened by itself runs nothing either
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.received_text.not_too_large",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.language.chosen_language",
    "config.received_text.readable_text",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "scorecards.accounts.idle_sessions.staying_signed_in",
    "scorecards.accounts.second_factor.second_factor_first",
    "config.rate_limits.RateLimits",
]
FORM_RENDERER = "config.form_html.Renderer"
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "scorecards.presenting.navigation.navigation",
            ],
        },
    }
]

if DATABASE_URL:
    DATABASES = {"default": environ.Env.db_url_config(DATABASE_URL)}
    if SET["DATABASE_PASSWORD"]:
        DATABASES["default"]["PASSWORD"] = SET["DATABASE_PASSWORD"]
    DATABASES["default"].update({"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True})
    # Queries about what somebody may see join ten tables and more: PostgreSQL took five times longer to think of the
    # best order than to run them (23 ms against 4 on an indicator's page). In groups of four it thinks 6 ms.
    OPTIONS = DATABASES["default"].setdefault("OPTIONS", {})
    # The last three: what a machine that lost its power had locked is free again after a minute, not after two hours.
    OPTIONS.setdefault(
        "options",
        "-c join_collapse_limit=4 -c from_collapse_limit=4"
        " -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3",
    )
    # The other way round: a database machine that is gone is noticed within a minute. One that is frozen is not, since
    # its kernel still answers; for that see config/database_patience.py.
    for name, value in {
        "connect_timeout": 5,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 60_000,
    }.items():
        OPTIONS.setdefault(name, value)
else:
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR_DIR / "scorecards.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
            "TEST": {"NAME": str(VAR_DIR / "test.sqlite3")},
        }
    }
# How long a click waits for a database that does not answer at all, before the page says so.
DATABASE_SECONDS_TO_ANSWER = 15.0
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
] + [
    {"NAME": "scorecards.accounts.passwords.OwnWordsValidator"},
    {"NAME": "scorecards.accounts.passwords.KnownPasswordsValidator"},
]
BREACHED_PASSWORDS = SET["BREACHED_PASSWORDS"]  # a file; unset: no such list is asked
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

# Signing in (docs/decisions/0018). Nobody registers: accounts come by invitation, or from createsuperuser.
ACCOUNT_ADAPTER = "scorecards.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "scorecards.accounts.forms.SignInForm",
    "reset_password": "scorecards.accounts.forms.NewPasswordForm",
}
MFA_FORMS = {"add_webauthn": "scorecards.accounts.forms.AddKeyForm"}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
ACCOUNT_SESSION_REMEMBER = False
# Attempts per address (many people of an office share one), and per account and browser; "login" would count those
# that succeed as well, and answer without what was typed. A form that is kept for a stranger takes room.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "60/m/ip,5/5m/key", "another_way": "60/10m/ip"}
# Attempts are counted in the database: what signing in needs anyway, and what all processes share.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
# Who must have a second factor before they do anything else: "" nobody, "assessing", "all".
SECOND_FACTOR = SET["SECOND_FACTOR"]
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "KPI scorecards"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
ALLAUTH_TRUSTED_PROXY_COUNT = 0  # REMOTE_ADDR is the visitor's already (config/proxies.py)
# Single sign-on: the organisation's OpenID Connect provider, whose discovery document is below OIDC_SERVER_URL.
OIDC_SERVER_URL = SET["OIDC_SERVER_URL"]
OIDC_NAME = SET["OIDC_NAME"]
# The provider asks those who review or administer for a second factor itself.
OIDC_HAS_SECOND_FACTOR = SET["OIDC_HAS_SECOND_FACTOR"]
SOCIALACCOUNT_ADAPTER = "scorecards.accounts.adapters.SingleSignOnAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form may not lead to another site (form-action below), a link may
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
if OIDC_SERVER_URL:
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"].append(
        {
            "provider_id": "sso",
            "name": OIDC_NAME,
            "client_id": SET["OIDC_CLIENT_ID"],
            "secret": SET["OIDC_CLIENT_SECRET"],
            "settings": {"server_url": OIDC_SERVER_URL, "oauth_pkce_enabled": True},
        }
    )
HELP_CONTACT = SET["HELP_CONTACT"]
INVITATION_DAYS = SET["INVITATION_DAYS"]

LANGUAGE_CODE = "th"
LANGUAGES = [("th", _("Thai")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "overrides"]
TIME_ZONE = "Asia/Bangkok"

STATIC_URL = "static/"
# Gathered once, as the image does, files are served compressed and under hashed names; otherwise from where they stand.
STATIC_ROOT = Path(SET["STATIC_DIR"] or VAR_DIR / "static")
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES = {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}
STORAGES["staticfiles"] = {
    "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    if SET["STATIC_DIR"]
    else "django.contrib.staticfiles.storage.StaticFilesStorage"
}
# The fonts ship as a package: their folder is served as static/fonts/.
STATICFILES_DIRS = [BASE_DIR / "static", ("fonts", str(Path(fontpkg_sarabun.__file__).parent / "files"))]
WHITENOISE_USE_FINDERS = not SET["STATIC_DIR"]
WHITENOISE_ALLOW_ALL_ORIGINS = False  # nobody else builds on them
EVIDENCE_DIR = VAR_DIR / "evidence"
REPORTS_DIR = VAR_DIR / "reports"
# Days for which the files of a batch are kept, and reports that a newer one replaced (manage.py sweep_reports).
REPORTS_KEEP_BATCH_DAYS = SET["REPORTS_KEEP_BATCH_DAYS"]
REPORTS_KEEP_REPLACED_DAYS = SET["REPORTS_KEEP_REPLACED_DAYS"]
REPORTS_LEASE_SECONDS = 30  # how long a worker may be silent before its job is given to another
WORKER_NICE = SET["WORKER_NICE"]  # how far a worker steps back behind the pages
# Files of evidence in a bucket of an S3-compatible server; unset: in EVIDENCE_DIR.
EVIDENCE_BUCKET = SET["EVIDENCE_BUCKET"]
S3_ENDPOINT_URL = SET["S3_ENDPOINT_URL"]
S3_REGION = SET["S3_REGION"]
S3_ACCESS_KEY_ID = SET["S3_ACCESS_KEY_ID"]
S3_SECRET_ACCESS_KEY = SET["S3_SECRET_ACCESS_KEY"]
EVIDENCE_MAX_BYTES = 50 * 1024 * 1024
EVIDENCE_AGENCY_QUOTA_BYTES = SET["EVIDENCE_AGENCY_QUOTA_BYTES"]
APPEAL_DAYS = SET["APPEAL_DAYS"]  # days after publication in which an agency may appeal
BACKUP_KEY = SET["BACKUP_KEY"]  # of age; unset: backups are not encrypted
CLAMD_HOST = SET["CLAMD_HOST"]  # "host:port" or the path of a socket; unset: files are not scanned
REQUEST_MAX_BYTES = 64 * 1024 * 1024  # a file and the form around it; the proxies take as much
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

# Reminders by e-mail. Without EMAIL_URL an embedded installation writes its mails as files, for people to look at; in
# production they wait until a server is set (scorecards/waiting/mailing.py).
EMAIL_URL = SET["EMAIL_URL"]
MAIL_IS_SET_UP = bool(EMAIL_URL) or not PRODUCTION
if EMAIL_URL:
    globals().update(environ.Env.email_url_config(EMAIL_URL))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SET["DEFAULT_FROM_EMAIL"]
# Where the links of a mail lead.
SITE_URL = SET["SITE_URL"] or (
    f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION and ALLOWED_HOSTS else "http://localhost:8000"
)

# How many times the limits of config/rate_limits.py; 0: none.
RATE_LIMIT_FACTOR = SET["RATE_LIMIT_FACTOR"]

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Celery: JSON only; a task is acknowledged when done; the job table re-queues what is lost (docs/decisions).
if BROKER_URL:
    CELERY_BROKER_URL = BROKER_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
        # Whoever clicks while Redis is frozen has the page within two seconds: one attempt, a little longer than the
        # second for which a worker's BRPOP may wait.
        "socket_timeout": 1.2,
        "socket_connect_timeout": 1,
        "max_retries": 0,
        "interval_start": 0,
        "interval_step": 0.2,
        "interval_max": 0.2,
    }
else:
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT = "config.filesystem_transport:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "queue"),
        "data_folder_out": str(VAR_DIR / "queue"),
        "processed_folder": str(VAR_DIR / "queue-done"),
        "control_folder": str(VAR_DIR / "queue-control"),
        "polling_interval": 0.25,
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep-jobs": {"task": "reports.tasks.sweep_jobs", "schedule": 15.0},
    "sweep-reports": {"task": "reports.tasks.sweep_reports", "schedule": 24 * 3600.0},
    "send-reminders": {"task": "scorecards.tasks.send_reminders", "schedule": 15 * 60.0},
    "mail-new-passwords": {"task": "scorecards.tasks.mail_new_passwords", "schedule": 60.0},
    "publish-due": {"task": "scorecards.tasks.publish_due", "schedule": 60.0},
    "clear-sessions": {"task": "scorecards.tasks.clear_sessions", "schedule": 3600.0},
    "sweep-uploads": {"task": "evidence.tasks.sweep_uploads", "schedule": 6 * 3600.0},
    "rescan-evidence": {"task": "evidence.tasks.rescan", "schedule": 3600.0},
}

# The browser gets nothing from elsewhere and runs nothing inline.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
# How many addresses at the end of X-Forwarded-For were written by proxies of ours.
PROXY_HOPS = SET["PROXY_HOPS"]
X_FRAME_OPTIONS = "DENY"  # older browsers; newer ones follow frame-ancestors above
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * SET["SESSION_IDLE_MINUTES"]  # since the last page
if PRODUCTION:
    SECURE_SSL_REDIRECT = SET["DJANGO_SSL_REDIRECT"]
    if SET["PROXY_HOPS"]:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_SSL_REDIRECT
    if SECURE_SSL_REDIRECT:  # names that a browser takes over https:// from this very host alone
        SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
        LANGUAGE_COOKIE_NAME = "__Host-language"
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]  # asked inside, without TLS

METRICS_TOKEN = SET["METRICS_TOKEN"]
SLOW_REQUEST_MS = SET["SLOW_REQUEST_MS"]
SLOW_QUERY_MS = SET["SLOW_QUERY_MS"]
LOGGING = logging_as(SET["LOG_FORMAT"], level=SET["LOG_LEVEL"])
