"""Migrations of entity resolution."""
