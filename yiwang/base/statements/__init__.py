"""Prepared statements for hot paths."""
