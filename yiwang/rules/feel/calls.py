"""Calling functions: arguments by position or by name, checked and converted; anything wrong gives null."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import DecimalException
from typing import NamedTuple

from yiwang.rules.feel.diagnostics import fail
from yiwang.rules.feel.types import coerce
from yiwang.rules.feel.values import Function, Value, kind_of


class Parameter(NamedTuple):
    """A parameter of a built-in function; ``kinds`` empty means any value."""

    name: str
    kinds: tuple[str, ...]
    optional: bool = False
    nullable: bool = False


class Overload(NamedTuple):
    """One signature of a built-in function; with ``rest`` the last parameter takes all further arguments as one list."""

    parameters: tuple[Parameter, ...]
    body: Callable[..., Value]
    rest: bool = False


class Builtin(Function):
    """A built-in function with its signatures."""

    __slots__ = ("overloads", "spreads")

    def __init__(self, name: str, overloads: Sequence[Overload]) -> None:
        self.overloads = tuple(overloads)
        self.spreads = len(self.overloads) > 1 and self.overloads[1].rest
        super().__init__(name, [(parameter.name, None) for parameter in self.overloads[0].parameters], self.call)

    def call(self, *arguments: Value) -> Value:
        """Call by position with the first signature that takes so many arguments of these kinds."""
        count = len(arguments)
        if count == 1 and arguments[0] is None and self.spreads:
            return fail(f"{self.name}: null is no list")
        fitting = [overload for overload in self.overloads if _takes(overload, count)]
        if not fitting:
            return fail(f"{self.name} does not take {count} arguments")
        for overload in fitting[:-1]:
            values = _fit(overload, arguments)
            if values is not None:
                return self._run(overload, values)
        last = _fit(fitting[-1], arguments)
        return fail(f"{self.name}: argument of a wrong kind") if last is None else self._run(fitting[-1], last)

    def _run(self, overload: Overload, values: Sequence[Value]) -> Value:
        try:
            return overload.body(*values)
        except (DecimalException, OverflowError, ValueError, RecursionError) as error:
            return fail(f"{self.name}: {type(error).__name__}")

    def call_named(self, arguments: Mapping[str, Value]) -> Value:
        """Call by name."""
        for overload in self.overloads:
            names = [parameter.name for parameter in overload.parameters]
            needed = {parameter.name for parameter in overload.parameters if not parameter.optional}
            if needed <= arguments.keys() <= set(names):
                # a gap between optional arguments is filled with null
                last = max((names.index(name) for name in arguments), default=-1)
                values = _fit(overload, [arguments.get(name) for name in names[: last + 1]])
                if values is not None:
                    return self._run(overload, values)
        return fail(f"{self.name}: no such parameters: {', '.join(arguments)}")


def _takes(overload: Overload, count: int) -> bool:
    if overload.rest:
        return count >= len(overload.parameters)
    needed = sum(not parameter.optional for parameter in overload.parameters)
    return needed <= count <= len(overload.parameters)


def _fit(overload: Overload, arguments: Sequence[Value]) -> list[Value] | None:
    if overload.rest:
        place = len(overload.parameters) - 1
        arguments = [*arguments[:place], list(arguments[place:])]
    values: list[Value] = []
    for parameter, value in zip(overload.parameters, arguments, strict=False):
        fitted, ok = _fit_one(parameter, value)
        if not ok:
            return None
        values.append(fitted)
    return values


def _fit_one(parameter: Parameter, value: Value) -> tuple[Value, bool]:
    if not parameter.kinds:
        return value, True
    kind = kind_of(value)
    if kind in parameter.kinds:
        return value, True
    if value is None:
        return None, parameter.nullable
    if type(value) is list and len(value) == 1 and kind_of(value[0]) in parameter.kinds:
        return value[0], True
    if "list" in parameter.kinds:
        return [value], True
    return None, False


def invoke(function: Value, arguments: Sequence[Value]) -> Value:
    """Call a function value by position."""
    if not isinstance(function, Function):
        return fail(f"{kind_of(function)} is not a function")
    if isinstance(function, Builtin):
        return function.call(*arguments)
    if len(arguments) != len(function.parameters):
        return fail(f"{function.name} takes {len(function.parameters)} arguments, not {len(arguments)}")
    values = []
    for (_, kind), value in zip(function.parameters, arguments, strict=True):
        converted = value if kind is None else coerce(value, kind)
        if converted is None and value is not None:
            return None
        values.append(converted)
    try:
        result = function.body(*values)
    except RecursionError:
        return fail(f"{function.name} calls itself too often")
    return result if function.returns is None else coerce(result, function.returns)


def invoke_named(function: Value, arguments: Mapping[str, Value], count: int) -> Value:
    """Call a function value by parameter name; ``count`` tells whether a name was written twice."""
    if not isinstance(function, Function):
        return fail(f"{kind_of(function)} is not a function")
    if count != len(arguments):
        return fail("the same parameter twice")
    if isinstance(function, Builtin):
        return function.call_named(arguments)
    if set(arguments) != set(function.names):
        return fail(f"{function.name} has other parameters: {', '.join(function.names)}")
    return invoke(function, [arguments[name] for name in function.names])
