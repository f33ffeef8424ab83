"""Which names, members and types an expression may use; names are matched token by token, longest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from yiwang.rules.feel.lexer import FeelSyntaxError, Token, tokenize
from yiwang.rules.feel.types import FeelType


@lru_cache(maxsize=65536)
def pieces(name: str) -> tuple[tuple[str, bool], ...]:
    """A name as (token text, white space before it) pairs; none for a name no expression can spell."""
    try:
        return tuple((token.text, token.spaced) for token in tokenize(name)[:-1])
    except FeelSyntaxError:
        return ()


class Names:
    """A set of names, found again in a row of tokens."""

    __slots__ = ("_by_first",)

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[tuple[tuple[tuple[str, bool], ...], str]]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Make a name known."""
        parts = pieces(name)
        if not parts:
            return
        group = self._by_first.setdefault(parts[0][0], [])
        if all(known != name for _, known in group):
            group.append((parts, name))
            group.sort(key=lambda pair: -len(pair[0]))

    def plus(self, names: Iterable[str]) -> Names:
        """These names and more."""
        wider = Names()
        wider._by_first = {first: list(group) for first, group in self._by_first.items()}
        for name in names:
            wider.add(name)
        return wider

    def __contains__(self, name: object) -> bool:
        return any(known == name for group in self._by_first.values() for _, known in group)

    def union(self, other: Names) -> Names:
        """The names of both."""
        return self.plus(name for group in other._by_first.values() for _, name in group)

    def match(self, tokens: Sequence[Token], position: int) -> tuple[str, int] | None:
        """The longest known name that starts at ``position``: the name and the number of its tokens."""
        for parts, name in self._by_first.get(tokens[position].text, ()):
            if _same(parts, tokens, position):
                return name, len(parts)
        return None


def _same(parts: tuple[tuple[str, bool], ...], tokens: Sequence[Token], position: int) -> bool:
    if position + len(parts) > len(tokens):
        return False
    for offset, (text, spaced) in enumerate(parts):
        token = tokens[position + offset]
        if token.text != text or token.kind == "str":
            return False
        # a sign inside a name must be written as in the name: `a-b` is not `a - b`
        if offset and spaced != token.spaced:
            return False
    return True


class Scope:
    """The names of variables, the names of members reachable by a dot, and the types of a model."""

    __slots__ = ("members", "types", "variables")

    def __init__(self, variables: Iterable[str] = (), *, members: Iterable[str] = (), types: Mapping[str, FeelType] | None = None) -> None:
        self.variables = Names(variables)
        self.members = Names(members)
        self.types: Mapping[str, FeelType] = types or {}

    def plus(self, names: Iterable[str]) -> Scope:
        """This scope with more variables."""
        wider = Scope(members=(), types=self.types)
        wider.members = self.members
        wider.variables = self.variables.plus(names)
        return wider

    def inside_filter(self) -> Scope:
        """This scope where the members of the filtered items are names too."""
        wider = self.plus(("item",))
        wider.variables = wider.variables.union(self.members)
        return wider
