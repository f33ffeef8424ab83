"""Periodic work, one runner at a time."""
