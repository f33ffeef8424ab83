"""Django's settings. Every value an operator may change comes from ``environment.VARIABLES``."""

from __future__ import annotations

from pathlib import Path

from yiwang.config import database, environment, rooms
from yiwang.config.secret import secret_key

HOUSE = Path(__file__).parent.parent
VAR = environment.var_folder()

SECRET_KEY = secret_key()
DEBUG = False
ALLOWED_HOSTS = [host.strip() for host in environment.read("YIWANG_ALLOWED_HOSTS").split(",") if host.strip()]
YIWANG_DEMO = environment.flag("YIWANG_DEMO")
YIWANG_REGION = environment.read("YIWANG_REGION")
YIWANG_VAR = VAR
LLM_URL = environment.read("YIWANG_LLM_URL")
LLM_MODEL = environment.read("YIWANG_LLM_MODEL")
LLM_KEY = environment.read("YIWANG_LLM_KEY")
LLM_PRODUCER = environment.read("YIWANG_LLM_PRODUCER")
SPEECH_URL = environment.read("YIWANG_SPEECH_URL")
NATS_URL = environment.read("YIWANG_NATS_URL")
NATS_PORT = int(environment.read("YIWANG_NATS_PORT"))
YIWANG_OPENLINEAGE_URL = environment.read("YIWANG_OPENLINEAGE_URL")
INTAKE_HOSTS = frozenset(filter(None, environment.read("YIWANG_INTAKE_HOSTS").split(",")))
YIWANG_MASTER_KEY = environment.read("YIWANG_MASTER_KEY")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "ninja",
    *rooms.installed(),
]

TRUSTED_PROXIES = tuple(filter(None, (one.strip() for one in environment.read("YIWANG_TRUSTED_PROXIES").split(","))))
MIDDLEWARE = [
    "yiwang.config.middleware.ProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "yiwang.config.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "yiwang.config.middleware.ActorMiddleware",
    "yiwang.config.middleware.PolicyMiddleware",
    "yiwang.config.middleware.ErrorMiddleware",
]

ROOT_URLCONF = "yiwang.config.urls"
WSGI_APPLICATION = "yiwang.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
            ],
            "string_if_invalid": "",
        },
    }
]

DATABASES = database.aliases(database.address(), as_owner=environment.flag("YIWANG_DB_OWNER"))
DATABASE_ROUTERS = ["yiwang.config.database.RegistersRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = ["yiwang.support.identity.backend.AccountBackend"]
LOGIN_URL = "/login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_ENGINE = "yiwang.support.identity.sessions"
SESSION_COOKIE_AGE = 30 * 60  # idle logout; the figure is custom, the duty is GB/T 22239 (STANDARDS §9.1)
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "yiwang_session"
CSRF_COOKIE_NAME = "yiwang_csrf"
CSRF_FAILURE_VIEW = "yiwang.base.pages.errors.csrf_failure"
CSRF_COOKIE_SAMESITE = "Lax"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "yiwang_language"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR / "uploads"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 31536000
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MESSAGE_TAGS = {25: "ok", 30: "warn", 40: "bad"}  # success, warning and error in the tones of a notice
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if environment.flag("YIWANG_HTTPS"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31536000
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

EVENT_HANDLERS = "yiwang.config.wiring.HANDLERS"  # read by the worker
EVENT_HANDLERS_TOGETHER = "yiwang.config.wiring.TOGETHER"

NINJA_PAGINATION_PER_PAGE = 20

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"yiwang": {"level": "INFO"}, "django.request": {"level": "ERROR"}},
}
