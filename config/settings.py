"""Settings of Heng, read from the environment alone.

Nothing set: the embedded default (SQLite, a Valkey child process, files under ``var/``), on loopback only.
``DATABASE_URL`` and ``REDIS_URL`` each replace one embedded part. ``docs/deploy.md`` lists every variable.
"""

from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from config.state import broker_socket, secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

STATE_DIR = Path(env("HENG_STATE_DIR", default=str(BASE_DIR / "var")))
STATE_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="") or secret_key(STATE_DIR)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
BASE_URL = env("BASE_URL", default="http://127.0.0.1:8000")
HTTPS = BASE_URL.startswith("https://")
BEHIND_TLS_PROXY = env.bool("BEHIND_TLS_PROXY", default=False)

# Four processes with four database users (docs/deploy.md); empty: one process does everything.
PROCESS = env("HENG_PROCESS", default="")
ENFORCE_ROLES = env.bool("HENG_ENFORCE_ROLES", default=False)

INSTALLED_APPS = [
    "config",
    "survey",
    "weighting",
    "ranking",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.headers.HeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.static_files.CompressedStaticMiddleware",
    "config.processes.OwnPagesMiddleware",
    "config.access.DeclaredAccessMiddleware",
    "config.shared_pages.SharedPagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.refusals.RefusalMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "config.templatetags.figures",
                "config.templatetags.addresses",
                "config.templatetags.prose",
            ],
        },
    }
]

if env("DATABASE_URL", default=""):
    DATABASES = {"default": env.db("DATABASE_URL")}
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": STATE_DIR / "heng.sqlite3",
            "OPTIONS": {},
        }
    }
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="")
CELERY_BROKER_URL = REDIS_URL or f"redis+socket://{broker_socket(STATE_DIR)}?virtual_host=0"
TRIES_URL = REDIS_URL or f"unix://{broker_socket(STATE_DIR)}?db=0"  # counts wrong tries at the doors
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if REDIS_URL:  # public pages alone; they are bytes, and a cache that is slow or gone delays nobody
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "heng",
        "OPTIONS": {
            "serializer": "config.page_store.PlainBytes",
            "socket_timeout": 0.5,
            "socket_connect_timeout": 0.5,
        },
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_QUEUES = [Queue("celery"), Queue("mail")]  # a worker that names none serves both
CELERY_TASK_ROUTES = {
    f"survey.tasks.{name}": {"queue": "mail"}
    for name in (
        "answer_link_request",
        "forget_people",
        "let_leavers_go",
        "mail_chain_head",
        "record_participation",
        "remind",
        "ring_mails",
        "send_letter",
        "settle_marks",
    )
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # workers write by the rules of LOGGING below
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 1800
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "max_retries": 2,  # within half a second: whoever rings a worker waits no longer for a broker that is away
    "interval_start": 0.1,
    "interval_step": 0.2,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = env("TIME_ZONE", default="Asia/Shanghai")
PARTICIPATION_HOURS = env("PARTICIPATION_HOURS", default="6,18")
CELERY_BEAT_SCHEDULE = {
    "close-due-rounds": {"task": "survey.tasks.close_due_rounds", "schedule": 15.0},
    "record-participation": {
        "task": "survey.tasks.record_participation",
        "schedule": crontab(minute=0, hour=PARTICIPATION_HOURS),
    },
    "rewrite-answers": {
        "task": "survey.tasks.rewrite_answers",
        "schedule": crontab(minute=0, hour=PARTICIPATION_HOURS),
    },
    "forget-people": {"task": "survey.tasks.forget_people", "schedule": crontab(minute=20, hour=3)},
    "unlink-answers": {"task": "survey.tasks.unlink_answers", "schedule": crontab(minute=40, hour=3)},
    "mail-chain-head": {"task": "survey.tasks.mail_chain_head", "schedule": crontab(minute=0, hour=7)},
    "ring-errands-again": {"task": "survey.tasks.ring_errands", "schedule": 15.0},
    "ring-mails-again": {"task": "survey.tasks.ring_mails", "schedule": 30.0},
    "ring-weight-sets-again": {"task": "weighting.tasks.ring_weight_sets", "schedule": 20.0},
    "ring-runs-again": {"task": "ranking.tasks.ring_runs", "schedule": 20.0},
    "ring-recomputations-again": {"task": "ranking.tasks.ring_recomputations", "schedule": 20.0},
    "release-embargoed": {"task": "ranking.tasks.release_due", "schedule": 5.0},
    "ring-publication-files-again": {"task": "ranking.tasks.ring_publication_files", "schedule": 20.0},
    "ring-robustness-again": {"task": "ranking.tasks.ring_robustness", "schedule": 60.0},
}

SIGNING_KEY_FILE = Path(env("SIGNING_KEY_FILE", default=str(STATE_DIR / "signing-key.pem")))
SIGNING_KEY_PASSPHRASE = env("SIGNING_KEY_PASSPHRASE", default="")
SIGNING_PUBLIC_KEY_FILE = env("SIGNING_PUBLIC_KEY_FILE", default="")
CODE_COMMIT, IMAGE_DIGEST = env("HENG_COMMIT", default=""), env("HENG_IMAGE_DIGEST", default="")

if env("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = STATE_DIR / "outbox"
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Heng 衡 <heng@localhost>")

AUDIT_MAIL = env.list("AUDIT_MAIL", default=[])  # who gets the head of the audit chain every day

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "studies"
LOGOUT_REDIRECT_URL = "home"
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", default=HTTPS)
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
if HTTPS:  # bound to this very host: no other one, and no page in the clear, can set them
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-heng-session", "__Host-heng-form"
    LANGUAGE_COOKIE_NAME = "__Host-heng-language"
MESSAGE_STORAGE = "config.messages.HostCookieStorage"
SECURE_SSL_REDIRECT = HTTPS and env.bool("SECURE_SSL_REDIRECT", default=BEHIND_TLS_PROXY)
if PROCESS == "web_expert":  # it has no right to read the sessions of people at the desk
    SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    SESSION_COOKIE_NAME = "__Host-heng-visit" if HTTPS else "heng-visit"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS and env.bool("HSTS_SUBDOMAINS", default=True)
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATASET_UPLOAD_MAX_BYTES = env.int("DATASET_UPLOAD_MAX_BYTES", default=8 * 1024 * 1024)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [
            SELF,
            NONCE,
        ],  # a nonce is made for the pages that ask for one: {{ request.csp_nonce }}
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, "data:"],
        "base-uri": [NONE],
        "object-src": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env("TIME_ZONE", default="Asia/Shanghai")

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.parsers.StrictJSONParser"],
    "EXCEPTION_HANDLER": "config.refusals.api_exception_handler",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Heng 衡",
    "DESCRIPTION": "Published lists, read-only. Nothing of a study that is not published is served here.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "AUTHENTICATION_WHITELIST": [],
    "POSTPROCESSING_HOOKS": ["config.schema.document_refusals"],
    "COMPONENT_SPLIT_REQUEST": True,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "filters": {"expert_pages": {"()": "config.logs.HideExpertPages"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["expert_pages"]}
    },
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
    "loggers": {
        "django.db.backends": {"level": "WARNING"}
    },  # its lower levels write statements with their values
}
