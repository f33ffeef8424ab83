"""Knows which data exists; fetches, verifies, shares and counts it."""
