"""Identifiers that sort by time."""
