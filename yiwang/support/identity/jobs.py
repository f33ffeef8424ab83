"""What the room does on its own."""

from __future__ import annotations

from datetime import timedelta

from yiwang.base.jobs.api import periodic
from yiwang.support.identity.companies import recheck_links
from yiwang.support.identity.sign_in import forget_old_failures


@periodic("identity.forget_old_failures", every=timedelta(hours=6))
def forget() -> None:
    """Delete the failed sign-ins that no longer count."""
    forget_old_failures()


@periodic("identity.recheck_companies", every=timedelta(hours=1))
def recheck() -> None:
    """End the links of legal representatives who no longer are."""
    recheck_links()
