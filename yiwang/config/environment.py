"""What an operator may set from outside: one table of variables, read here and nowhere else.

``docs/operate.md`` carries the same table; a law test compares the two.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Variable:
    """One environment variable: its name, its default and what it does."""

    name: str
    default: str
    meaning: str


VARIABLES = (
    Variable("YIWANG_VAR", "var", "Folder of everything the installation writes: database, files, keys, logs."),
    Variable("YIWANG_DATABASE_URL", "", "Address of an external PostgreSQL (15 or newer). Empty: the embedded server under YIWANG_VAR."),
    Variable("YIWANG_HOST", "127.0.0.1", "Address the web server listens on."),
    Variable("YIWANG_PORT", "8000", "Port the web server listens on."),
    Variable("YIWANG_WORKERS", "2", "Web server processes."),
    Variable("YIWANG_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]", "Host names the platform answers to, separated by commas."),
    Variable("YIWANG_SECRET_KEY", "", "Secret that signs sessions. Empty: made once and kept under YIWANG_VAR."),
    Variable("YIWANG_MASTER_KEY", "", "64 hex digits that encrypt the signing keys at rest. Empty: made once and kept under YIWANG_VAR."),
    Variable("YIWANG_HTTPS", "0", "1 when a proxy in front ends TLS: cookies become secure and plain requests are redirected."),
    Variable(
        "YIWANG_TRUSTED_PROXIES", "", "Addresses or networks of proxies in front, commas between: their X-Forwarded-For says who called."
    ),
    Variable(
        "YIWANG_DEMO", "1", "1: the demonstration city may be loaded and its accounts are shown on the sign-in page. Set 0 in production."
    ),
    Variable("YIWANG_REGION", "990100", "Division code of the installation's own region."),
    Variable("YIWANG_DB_OWNER", "0", "1 makes a process act as the owner of the tables (migrations); the runtime role has fewer rights."),
    Variable("YIWANG_LLM_URL", "", "OpenAI-compatible endpoint (up to /v1) that may say answers of the guide more plainly. Empty: none."),
    Variable("YIWANG_LLM_MODEL", "", "Model asked for at that endpoint."),
    Variable("YIWANG_LLM_KEY", "", "Key sent to that endpoint."),
    Variable("YIWANG_LLM_PRODUCER", "", "Code of the content producer written into the AIGC metadata of generated words."),
    Variable(
        "YIWANG_SPEECH_URL", "", 'The operator\'s own speech recogniser: recordings are posted there, {"text": …} comes back. Empty: none.'
    ),
    Variable("YIWANG_SPARK_MASTER", "local[2]", "Address of Spark for decisions over a population (yiwang rules run --engine spark)."),
    Variable(
        "YIWANG_NATS_URL", "", "Message server of change streams. Empty: our own, started once a message source without address exists."
    ),
    Variable("YIWANG_NATS_PORT", "4222", "Port of our own message server, on this machine only."),
    Variable(
        "YIWANG_INTAKE_HOSTS", "", "Hosts that data sources may name although they are this machine or a reserved address; commas between."
    ),
    Variable("YIWANG_OPENLINEAGE_URL", "", "Address that OpenLineage events are posted to. Empty: they only stand in YIWANG_VAR/lineage."),
    Variable("YIWANG_SHARED_DATA", "", "Folder of real data that measuring commands and tests may read."),
    Variable("YIWANG_SHARED_VECTORS", "", "Folder of public conformance vectors that tests may read."),
)

_DEFAULTS = {variable.name: variable.default for variable in VARIABLES}


def read(name: str) -> str:
    """The value of a declared variable, or its default.

    Raises:
        KeyError: the variable is not in the table above.
    """
    return os.environ.get(name) or _DEFAULTS[name]


def flag(name: str) -> bool:
    """A declared variable read as yes or no."""
    return read(name).lower() in {"1", "true", "yes", "on"}


def var_folder() -> Path:
    """The folder of everything the installation writes."""
    return Path(read("YIWANG_VAR")).expanduser().resolve()
