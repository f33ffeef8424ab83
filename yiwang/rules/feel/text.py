"""Values as FEEL text: what ``string()`` gives and what a person reads in an explanation."""

from __future__ import annotations

from decimal import Decimal

from yiwang.rules.feel.values import Range, Value


def to_text(value: Value) -> str:
    """The text of a value; strings as they are, also inside nothing."""
    if isinstance(value, str):
        return value
    return to_literal(value)


def to_literal(value: Value) -> str:
    """The text of a value as it would be written inside a list: strings quoted."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list):
        return "[" + ", ".join(to_literal(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {to_literal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Range):
        return _range_text(value)
    return str(value)


def _range_text(value: Range) -> str:
    if value.op:
        end = value.high if value.low is None else value.low
        return f"({value.op} {to_literal(end)})"
    opening, closing = "[" if value.low_closed else "(", "]" if value.high_closed else ")"
    return f"{opening}{to_literal(value.low)}..{to_literal(value.high)}{closing}"
