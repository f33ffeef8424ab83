"""Reusable acts that do not know which matter they serve."""
