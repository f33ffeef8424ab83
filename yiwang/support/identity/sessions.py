"""Sessions in the database as Django keeps them; only their reading, which every request does, is a statement that is prepared once."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from yiwang.base.statements.api import run

_READ = "SELECT session_data, expire_date FROM django_session WHERE session_key = %s::text AND expire_date > %s::timestamptz"


class SessionStore(db.SessionStore):
    """Django's own, read by hand."""

    def _get_session_from_db(self) -> Session | None:
        found = run(_READ, [self.session_key or "", timezone.now()])
        if found:
            return Session(session_key=str(self.session_key), session_data=found[0][0], expire_date=found[0][1])
        self._session_key: str | None = None
        return None
