"""Plain machinery without one domain word."""
