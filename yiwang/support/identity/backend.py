"""How Django's sessions find their account again; signing in itself goes through ``sign_in`` only."""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.auth.backends import BaseBackend

from yiwang.base.statements.api import run
from yiwang.support.identity.models import Account


class AccountBackend(BaseBackend):
    """Reads the account of a session. It authenticates nobody: a second way in would be a way around the lock."""

    def get_user(self, user_id: Any) -> Account | None:
        """The account of a session, None once it is closed. Every request asks: the statement is prepared once."""
        try:
            key = UUID(str(user_id))
        except ValueError:
            return None
        columns, statement = _read()
        for values in run(statement, [key]):
            held = dict(zip(columns, values, strict=True))
            return Account.from_db("default", columns, [*(held | {name: json.loads(held[name]) for name in ("posts", "roles")}).values()])
        return None


@cache
def _read() -> tuple[list[str], str]:
    columns = [str(one.column) for one in Account._meta.concrete_fields]
    return columns, f"SELECT {', '.join(columns)} FROM {Account._meta.db_table} WHERE id = %s::uuid AND is_active"  # noqa: S608 - our own names
