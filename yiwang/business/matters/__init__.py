"""Matters 事项: what people may ask the state for, as data with versions."""
