"""Watches what the storeys below do; cannot change what it watches."""
