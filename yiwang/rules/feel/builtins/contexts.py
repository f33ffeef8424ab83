"""Context functions."""

from __future__ import annotations

from typing import Final

from yiwang.rules.feel.builtins.declare import Functions
from yiwang.rules.feel.diagnostics import fail
from yiwang.rules.feel.values import Value

FUNCTIONS: Final = Functions()
define = FUNCTIONS.define
Entries = dict[str, Value]


def _get_value(m: Entries, key: str) -> Value:
    return m[key] if key in m else fail(f"no entry {key}")


def _get_deep(m: Entries, keys: list[Value]) -> Value:
    found: Value = m
    if not keys:
        return fail("no keys")
    for key in keys:
        if not isinstance(found, dict) or not isinstance(key, str) or key not in found:
            return fail(f"no entry {key}")
        found = found[key]
    return found


def _get_entries(m: Entries) -> Value:
    return [{"key": key, "value": value} for key, value in m.items()]


def _context(entries: list[Value]) -> Value:
    result: Entries = {}
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str) or "value" not in entry:
            return fail("an entry needs key and value")
        if entry["key"] in result:
            return fail(f"key {entry['key']} twice")
        result[entry["key"]] = entry["value"]
    return result


def _put(context: Entries, key: str, value: Value) -> Value:
    return {**context, key: value}


def _put_deep(context: Entries, keys: list[Value], value: Value) -> Value:
    if not keys or not isinstance(keys[0], str):
        return fail("keys must be strings")
    if len(keys) == 1:
        return {**context, keys[0]: value}
    inner = context.get(keys[0])
    if not isinstance(inner, dict):
        return fail(f"no context at {keys[0]}")
    changed = _put_deep(inner, keys[1:], value)
    return None if changed is None else {**context, keys[0]: changed}


def _merge(contexts: list[Value]) -> Value:
    result: Entries = {}
    for context in contexts:
        if not isinstance(context, dict):
            return fail("context merge needs contexts")
        result.update(context)
    return result


define("get value", ("m:context, key:string", _get_value), ("m:context, keys:list", _get_deep))
define("get entries", ("m:context", _get_entries))
define("context", ("entries:list", _context))
define("context put", ("context:context, key:string, value", _put), ("context:context, keys:list, value", _put_deep))
define("context merge", ("contexts:list", _merge))
