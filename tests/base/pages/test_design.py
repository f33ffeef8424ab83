"""The design holds its promises: contrast, size, no outside address, no inline style."""

import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[3] / "yiwang"
CSS = HOUSE / "base/pages/static/pages/pages.css"
TEMPLATES = sorted([*HOUSE.glob("base/pages/templates/**/*.html"), *HOUSE.glob("ends/*/templates/**/*.html")])


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b", block))


LIGHT, DARK = (tokens(block) for block in re.findall(r":root \{(.*?)\n\s*\}", CSS.read_text(), re.S)[:2])


def luminance(colour: str) -> float:
    digits = colour[1:]
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


PAIRS = [
    *[(front, back, 7) for front in ("ink", "ink-soft", "link") for back in ("paper", "surface")],
    *[(tone, f"{tone}-soft", 7) for tone in ("ok", "warn", "bad", "info", "brand")],
    *[("ink", f"{tone}-soft", 7) for tone in ("ok", "warn", "bad", "info")],
    *[("on-brand", "brand", 7), ("bad", "surface", 7), ("surface", "seal", 4.5)],
    *[(front, back, 3) for front in ("edge", "focus") for back in ("paper", "surface")],
]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_contrast(theme: dict[str, str], front: str, back: str, least: float) -> None:
    assert contrast(theme[front], theme[back]) >= least, f"{front} on {back}: {contrast(theme[front], theme[back]):.2f}"


def test_style_sheet_is_small_and_asks_nobody() -> None:
    text = CSS.read_text()
    assert len(text.encode()) <= 30_000
    assert "url(" not in text and "@import" not in text and "@font-face" not in text


def test_elder_mode_is_large_enough() -> None:
    text = CSS.read_text()
    assert re.search(r"html\.elder \{[^}]*--t-body: 1\.125rem[^}]*font-size: 125%", text), "body text is 22.5 px"
    assert "max(3rem, 60px)" in text


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_load_nothing_from_outside(template: Path) -> None:
    text = template.read_text()
    outside = re.findall(r"""(?:src|href|action)=["']?(?:https?:)?//[^"' >]+""", text)
    assert not outside
    assert "|safe" not in text


@pytest.mark.parametrize("template", [path for path in TEMPLATES if "official" not in path.parts], ids=lambda path: path.name)
def test_templates_style_and_script_nothing_by_themselves(template: Path) -> None:
    assert not re.search(r" style=|<style| on\w+=", template.read_text())
