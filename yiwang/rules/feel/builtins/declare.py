"""A short way to declare a built-in function: its parameters in one line, kinds after a colon.

``"n:number, scale:number?"`` — ``?`` optional, ``~`` null allowed, ``|`` one of several kinds, no kind: any value.
A last parameter ``*items`` takes all further arguments; ``...list`` takes a list or its items as separate arguments.
"""

from __future__ import annotations

from collections.abc import Callable

from yiwang.rules.feel.calls import Builtin, Overload, Parameter
from yiwang.rules.feel.values import Value

Body = Callable[..., Value]
TEMPORAL = "date|date and time"


class Functions(dict[str, Builtin]):
    """Built-in functions being declared."""

    def define(self, name: str, *signatures: tuple[str, Body]) -> None:
        """Declare a function with its signatures, tried in order."""
        overloads: list[Overload] = []
        for text, body in signatures:
            if text.startswith("..."):
                overloads.append(Overload((Parameter(text[3:], ("list",)),), body))
                text = "*" + text[3:]
            parameters = tuple(_parameter(part) for part in text.replace("*", "").split(",") if part.strip())
            overloads.append(Overload(parameters, body, rest="*" in text))
        self[name] = Builtin(name, overloads)


def _parameter(text: str) -> Parameter:
    name, _, kinds = text.strip().partition(":")
    optional, nullable = "?" in kinds, "~" in kinds
    kinds = kinds.replace("?", "").replace("~", "")
    return Parameter(name, tuple(kind for kind in kinds.split("|") if kind), optional, nullable)
