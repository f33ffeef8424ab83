"""The parser's place in the text: tokens, the names in scope there, and how names of several words are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from yiwang.rules.feel.builtin_names import BUILTIN_NAMES
from yiwang.rules.feel.lexer import FeelSyntaxError, Token, tokenize, unescape
from yiwang.rules.feel.scope import Names, Scope

KEYWORDS: Final = frozenset(
    {"and", "or", "in", "between", "then", "else", "return", "satisfies", "if", "for", "some", "every", "true", "false", "null"}
)
_INFIX: Final = KEYWORDS | {"instance", "external"}
_NAME_SIGNS: Final = frozenset({"+", "-", "*", "/", "'", "."})
_PROPERTIES: Final = Names(("time offset", "start included", "end included"))
_BUILTINS: Final = Names(BUILTIN_NAMES)
T = TypeVar("T")


class Stream:
    """Tokens with a position and a stack of the names in scope."""

    def __init__(self, text: str, scope: Scope) -> None:
        self.text = text
        self.scope = scope
        self.tokens: list[Token] = tokenize(text)
        self.position = 0
        self._names: list[Names] = [_BUILTINS, scope.variables]
        self._members = 0
        self._opened: list[bool] = []
        self._learnt = Names()
        self._bare = 0

    # --- tokens

    @property
    def token(self) -> Token:
        """The current token."""
        return self.tokens[self.position]

    def advance(self) -> Token:
        """The current token, and go on."""
        token = self.tokens[self.position]
        if token.kind != "end":
            self.position += 1
        return token

    def at(self, op: str) -> bool:
        """Whether the current token is this sign."""
        token = self.token
        if op == "[" and self._bare:
            return False
        return token.kind == "op" and token.text == op

    def accept(self, op: str) -> bool:
        """Skip this sign if it is next."""
        token = self.token
        if token.kind == "op" and token.text == op:
            self.position += 1
            return True
        return False

    def expect(self, op: str) -> None:
        """Skip this sign or complain."""
        if not self.accept(op):
            raise self.error(f"'{op}' expected")

    def at_word(self, word: str) -> bool:
        """Whether the current token is this word."""
        return self.peek_word(0, word)

    def peek_word(self, ahead: int, word: str) -> bool:
        """Whether the token so many places ahead is this word."""
        index = self.position + ahead
        return index < len(self.tokens) and self.tokens[index].kind == "name" and self.tokens[index].text == word

    def accept_word(self, word: str) -> bool:
        """Skip this word if it is next."""
        if self.at_word(word):
            self.position += 1
            return True
        return False

    def expect_word(self, word: str) -> None:
        """Skip this word or complain."""
        if not self.accept_word(word):
            raise self.error(f"'{word}' expected")

    def finish(self) -> None:
        """Complain about anything left over."""
        if self.token.kind != "end":
            raise self.error("text left over")

    def error(self, message: str) -> FeelSyntaxError:
        """A syntax error at the current place."""
        found = self.token.text or "the end"
        return FeelSyntaxError(f"{message} at character {self.token.start + 1}, found {found}")

    def continues_value(self) -> bool:
        """Whether an operator follows that would make a bracketed text part of a larger value."""
        token = self.token
        return token.kind == "op" and token.text in ("+", "-", "*", "/", "**", ".", "[", "(")

    def without_filter(self, read: Callable[[], T]) -> T:
        """Read something while an opening square bracket ends it instead of starting a filter."""
        self._bare += 1
        try:
            return read()
        finally:
            self._bare -= 1

    # --- scopes

    def push(self, names: Names, *, members: bool = False) -> None:
        """Open a scope; inside a filter (``members``) the members of the items are names too."""
        self._names.append(names)
        self._opened.append(members)
        self._members += members

    def pop(self) -> None:
        """Close the innermost scope."""
        self._names.pop()
        self._members -= self._opened.pop()

    def learn_member(self, name: str) -> None:
        """A context entry seen in this text may be reached by a dot later."""
        self._learnt.add(name)

    # --- names

    def known_name(self) -> str | None:
        """Skip and return the longest name in scope that starts here."""
        sets = list(self._names)
        if self._members:
            sets += [self.scope.members, self._learnt]
        found = self._longest(sets)
        if found is None:
            return None
        name, count = found
        if count == 1 and self.token.text in KEYWORDS:
            return None
        if count == 1 and self.token.text == "function" and self.tokens[self.position + 1].text == "(":
            return None
        self.position += count
        return name

    def _longest(self, sets: Sequence[Names]) -> tuple[str, int] | None:
        best: tuple[str, int] | None = None
        for names in sets:
            found = names.match(self.tokens, self.position)
            if found is not None and (best is None or found[1] >= best[1]):
                best = found
        return best

    def unknown_name(self) -> str:
        """Words that stand together although no such name is known."""
        words = [self.advance().text]
        while self.token.kind == "name" and self.token.text not in _INFIX:
            words.append(self.advance().text)
        return " ".join(words)

    def member_name(self) -> str:
        """The name after a dot."""
        found = self._longest([self.scope.members, self._learnt, _PROPERTIES])
        if found is not None:
            self.position += found[1]
            return found[0]
        if self.token.kind != "name":
            raise self.error("name expected")
        return self.unknown_name()

    def key_ahead(self) -> str | None:
        """The name before a colon, if one is next; nothing is skipped."""
        index = self.position
        if self.tokens[index].kind == "str":
            return unescape(self.tokens[index].text) if self.tokens[index + 1].text == ":" else None
        while self.tokens[index].kind in ("name", "num") or self.tokens[index].text in _NAME_SIGNS:
            index += 1
        if index == self.position or self.tokens[index].text != ":" or self.tokens[self.position].kind == "num":
            return None
        return joined(self.tokens[self.position : index])

    def take_key(self) -> str:
        """The name before a colon; skips both."""
        key = self.key_ahead()
        if key is None:
            raise self.error("a name and ':' expected")
        while not self.accept(":"):
            self.advance()
        return key

    def declared_name(self, ends: Sequence[str]) -> str:
        """A new name, up to (not including) one of ``ends``."""
        start = self.position
        while self.token.text not in ends or self.token.kind == "str":
            if self.token.kind not in ("name", "num") and self.token.text not in _NAME_SIGNS:
                raise self.error("name expected")
            self.advance()
        if start == self.position:
            raise self.error("name expected")
        return joined(self.tokens[start : self.position])


def joined(tokens: Sequence[Token]) -> str:
    """A name as written, white space made one blank."""
    return "".join((" " if index and token.spaced else "") + token.text for index, token in enumerate(tokens))
