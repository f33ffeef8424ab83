"""Owns the acts of government: states, deadlines, the order of steps."""
