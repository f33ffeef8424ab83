"""What the laws read: the product's files, parsed once."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "yiwang"
STOREYS = ("standards", "base", "rules", "security", "data", "support", "business", "evaluation", "ends", "config")
LEVEL = {name: level for level, name in enumerate(STOREYS)} | {"rules": 1}


@cache
def sources() -> dict[Path, ast.Module]:
    """Every Python file of the product except migrations, parsed."""
    return {
        path.relative_to(ROOT): ast.parse(path.read_text("utf8")) for path in sorted(HOUSE.rglob("*.py")) if "migrations" not in path.parts
    }


def storey(dotted: str) -> int:
    """The level of a module's storey, the ground being 0."""
    return LEVEL[dotted.split(".")[1]]
