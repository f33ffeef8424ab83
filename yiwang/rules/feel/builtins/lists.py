"""List functions; most also take the items as separate arguments."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, DecimalException
from functools import cmp_to_key, reduce
from typing import Final

from yiwang.rules.feel.builtins.declare import Functions
from yiwang.rules.feel.calls import invoke
from yiwang.rules.feel.diagnostics import fail
from yiwang.rules.feel.ops import both, either, equal, order
from yiwang.rules.feel.values import NUMBERS, Function, Value

FUNCTIONS: Final = Functions()
define = FUNCTIONS.define
Items = list[Value]


def same(left: Value, right: Value) -> bool:
    """Whether two list items are equal; different kinds are not."""
    return type(left) is type(right) and equal(left, right) is True


def _contains(items: Items, element: Value) -> bool:
    return any(same(item, element) for item in items)


def _extreme(sign: int) -> Callable[[Items], Value]:
    def apply(items: Items) -> Value:
        if not items:
            return None
        best = items[0]
        for item in items[1:]:
            found = order(item, best)
            if found is None:
                return fail("items without a common order")
            if found == sign:
                best = item
        return best if order(best, best) is not None else None

    return apply


def _numeric(compute: Callable[[list[Decimal]], Value]) -> Callable[[Items], Value]:
    def apply(items: Items) -> Value:
        if not items or any(type(item) is not Decimal for item in items):
            return fail("a list of numbers is needed")
        try:
            return compute(items)
        except DecimalException as error:
            return fail(type(error).__name__)

    return apply


def _sum(items: list[Decimal]) -> Decimal:
    return reduce(NUMBERS.add, items)


def _mean(items: list[Decimal]) -> Decimal:
    return NUMBERS.divide(_sum(items), Decimal(len(items)))


def _median(items: list[Decimal]) -> Decimal:
    ordered = sorted(items)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else _mean(ordered[middle - 1 : middle + 1])


def _stddev(items: list[Decimal]) -> Value:
    if len(items) < 2:
        return fail("stddev needs two numbers")
    mean = _mean(items)
    squares = [NUMBERS.power(NUMBERS.subtract(item, mean), Decimal(2)) for item in items]
    return NUMBERS.sqrt(NUMBERS.divide(_sum(squares), Decimal(len(items) - 1)))


def _mode(items: Items) -> Value:
    if not items:
        return []
    if any(type(item) is not Decimal for item in items):
        return fail("mode needs numbers")
    counts = {item: sum(other == item for other in items) for item in items}
    most = max(counts.values())
    return sorted(item for item, count in counts.items() if count == most)


def _all(items: Items) -> bool | None:
    result: bool | None = True
    for item in items:
        result = both(result, item)
    return result


def _any(items: Items) -> bool | None:
    result: bool | None = False
    for item in items:
        result = either(result, item)
    return result


def _logical(compute: Callable[[Items], bool | None]) -> Callable[[Items], bool | None]:
    def apply(items: Items) -> bool | None:
        if any(item is not None and not isinstance(item, bool) for item in items):
            return fail("a list of booleans is needed")
        return compute(items)

    return apply


def _sublist(items: Items, start: Decimal, length: Decimal | None = None) -> Value:
    begin = int(start)
    if not begin or abs(begin) > len(items):
        return fail("start position outside the list")
    begin = begin - 1 if begin > 0 else len(items) + begin
    if length is None:
        return items[begin:]
    end = begin + int(length)
    if length < 1 or end > len(items):
        return fail("length outside the list")
    return items[begin:end]


def _place(items: Items, position: Decimal) -> int | None:
    place = int(position)
    if not place or abs(place) > len(items):
        return fail("position outside the list")
    return place - 1 if place > 0 else len(items) + place


def _insert(items: Items, position: Decimal, item: Value) -> Value:
    place = _place(items, position)
    return None if place is None else [*items[:place], item, *items[place:]]


def _remove(items: Items, position: Decimal) -> Value:
    place = _place(items, position)
    return None if place is None else [*items[:place], *items[place + 1 :]]


def _replace(items: Items, position: Decimal, item: Value) -> Value:
    place = _place(items, position)
    return None if place is None else [*items[:place], item, *items[place + 1 :]]


def _replace_matching(items: Items, match: Function, new: Value) -> Value:
    result: Items = []
    for item in items:
        found = invoke(match, [item, new])
        if not isinstance(found, bool):
            return fail("match must answer true or false")
        result.append(new if found else item)
    return result


def _append(items: Items, more: Items) -> Items:
    return [*items, *more]


def _concatenate(items: Items) -> Value:
    result: Items = []
    for item in items:
        if item is None:
            return fail("concatenate needs lists")
        result.extend(item if isinstance(item, list) else [item])
    return result


def _distinct(items: Items) -> Items:
    result: Items = []
    for item in items:
        if not _contains(result, item):
            result.append(item)
    return result


def _union(items: Items) -> Value:
    joined = _concatenate(items)
    return None if joined is None else _distinct(joined)


def _flatten(items: Items) -> Items:
    result: Items = []
    for item in items:
        if isinstance(item, list):
            result.extend(_flatten(item))
        else:
            result.append(item)
    return result


def _index_of(items: Items, match: Value) -> Items:
    return [Decimal(place) for place, item in enumerate(items, 1) if same(item, match)]


def _sort(items: Items, precedes: Function | None = None) -> Value:
    class NoOrder(Exception):
        pass

    def compare(left: Value, right: Value) -> int:
        found = (order(left, right) or 0) == -1 if precedes is None else invoke(precedes, [left, right])
        if not isinstance(found, bool):
            raise NoOrder
        if found:
            return -1
        return 0 if (order(left, right) == 0 if precedes is None else invoke(precedes, [right, left]) is not True) else 1

    try:
        return sorted(items, key=cmp_to_key(compare))
    except NoOrder:
        return fail("precedes must answer true or false")


define("list contains", ("list:list, element", _contains))
define("count", ("list:list", lambda items: Decimal(len(items))))
define("min", ("...list", _extreme(-1)))
define("max", ("...list", _extreme(1)))
for _name, _compute in (("mean", _mean), ("median", _median), ("stddev", _stddev), ("sum", _sum)):
    define(_name, ("...list", _numeric(_compute)))
define("product", ("...list", _numeric(lambda items: reduce(NUMBERS.multiply, items))))
define("mode", ("...list", _mode))
define("all", ("...list", _logical(_all)))
define("any", ("...list", _logical(_any)))
define("sublist", ("list:list, start position:number, length:number?", _sublist))
define("concatenate", ("*list", _concatenate))
define("union", ("*list", _union))
define("insert before", ("list:list, position:number, newItem", _insert))
define("remove", ("list:list, position:number", _remove))
define("list replace", ("list:list, position:number, newItem", _replace), ("list:list, match:function, newItem", _replace_matching))
define("reverse", ("list:list", lambda items: items[::-1]))
define("index of", ("list:list, match", _index_of))
define("distinct values", ("list:list", _distinct))
define("flatten", ("list:list", _flatten))
define("sort", ("list:list, precedes:function?", _sort))
define("append", ("list:list, *item", _append))
