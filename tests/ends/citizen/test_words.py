"""Every text of the pages has an English one with the same blanks, and nothing there is left over."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from yiwang.ends.citizen import views_guide, words

HOUSE = Path(__file__).parents[3] / "yiwang"
ROOMS = ("base/pages", "ends/citizen")
BLANK = re.compile(r"%\(\w+\)s|\{\w+\}")


def template_texts(text):
    for found in re.finditer(r'{%\s*translate\s+"((?:[^"\\]|\\.)*)"', text):
        yield found.group(1).replace("%", "%%")
    for found in re.finditer(r"{%\s*blocktranslate\b[^%]*%}(.*?){%\s*endblocktranslate\s*%}", text, re.S):
        yield re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", found.group(1).replace("%", "%%"))


def code_texts(text):
    for node in ast.walk(ast.parse(text)):
        called = isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "gettext", "gettext_noop")
        if called and node.args and isinstance(node.args[0], ast.Constant):
            yield node.args[0].value


def texts(room):
    found = {text for path in (HOUSE / room).glob("templates/**/*.html") for text in template_texts(path.read_text())}
    found |= {text for path in (HOUSE / room).glob("**/*.py") for text in code_texts(path.read_text())}
    if room == "base/pages":  # it translates the titles that errors of any room bring along
        found |= {title for path in HOUSE.glob("*/*/errors.py") for title in re.findall(r'^    title = "(.+)"$', path.read_text(), re.M)}
    return found | ({*words.NAMES, *views_guide.WORDS} if room == "ends/citizen" else set())


def english(room):
    with (HOUSE / room / "locale/en/LC_MESSAGES/django.po").open("rb") as source:
        return {one.id: one.string for one in read_po(source, locale="en") if one.id}


@pytest.mark.parametrize("room", ROOMS)
def test_every_text_has_an_english_one(room):
    known = english(room)
    assert not [text for text in sorted(texts(room)) if not known.get(text)]


@pytest.mark.parametrize("room", ROOMS)
def test_blanks_are_the_same(room):
    wrong = [text for text, other in english(room).items() if sorted(BLANK.findall(text)) != sorted(BLANK.findall(other))]
    assert not wrong


@pytest.mark.parametrize("room", ROOMS)
def test_no_text_is_left_over(room):
    assert not sorted(set(english(room)) - texts(room))


@pytest.mark.parametrize("room", ROOMS)
def test_no_chinese_outside_of_translation(room):
    """Words in a template stand inside a translation, so that an English page is English."""
    for path in (HOUSE / room).glob("templates/**/*.html"):
        bare = re.sub(r"{%\s*blocktranslate.*?endblocktranslate\s*%}", "", path.read_text(), flags=re.S)
        bare = re.sub(r"{%.*?%}|{#.*?#}|{{.*?}}", "", bare, flags=re.S)
        left = set(re.findall(r"[\u4e00-\u9fff]+", bare)) - {"中文"}
        assert not left, f"{path.name}: {left}"
