"""Every text of the desk has an English one with the same blanks, and nothing there is left over."""

import ast

from tests.ends.citizen.test_words import BLANK, HOUSE, english, template_texts
from yiwang.ends.official import words

ROOM = "ends/official"
MARKS = {"_", "_l", "gettext", "gettext_lazy", "gettext_noop"}


def texts():
    found = {text for path in (HOUSE / ROOM).glob("templates/**/*.html") for text in template_texts(path.read_text())}
    for path in (HOUSE / ROOM).glob("**/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKS and isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
    return found | set(words.NAMES)


def test_every_text_has_an_english_one():
    known = english(ROOM)
    assert not [text for text in sorted(texts()) if not known.get(text)]


def test_blanks_are_the_same():
    assert not [text for text, other in english(ROOM).items() if sorted(BLANK.findall(text)) != sorted(BLANK.findall(other))]


def test_no_text_is_left_over():
    assert not sorted(set(english(ROOM)) - texts())
