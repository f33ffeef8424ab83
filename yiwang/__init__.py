"""yiwang: one platform for digital government."""

__version__ = "0.1.0"
