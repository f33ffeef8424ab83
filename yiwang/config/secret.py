"""The secret that signs sessions: from the environment, or made once and kept for this installation only."""

from __future__ import annotations

import os
import secrets

from yiwang.config import environment


def secret_key() -> str:
    """The secret; created with mode 0600 at the first start, safe against two processes starting at once."""
    given = environment.read("YIWANG_SECRET_KEY")
    if given:
        return given
    path = environment.var_folder() / "keys" / "session.key"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip() or given
    except OSError:
        return secrets.token_urlsafe(48)  # a read-only folder: `yiwang up` says so before anything is served
    with os.fdopen(handle, "w") as file:
        key = secrets.token_urlsafe(48)
        file.write(key)
    return key
