"""What can keep an installation from starting, each with its cause and its remedy on one line."""

from __future__ import annotations

from yiwang.standards.errors import Unavailable


class InstallationError(Unavailable):
    """The installation cannot start."""

    code = "installation"
