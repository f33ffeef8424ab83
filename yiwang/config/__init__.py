"""Joins the parts: settings, urls, wiring. No rule lives here."""
