"""Migrations of the decisions room."""
