"""Invented labelled addresses of 云汀市 for the tests."""

from random import Random

DISTRICTS = {"河东区": ("临江街道", "东园街道", "清泉街道"), "河西区": ("书院街道", "西塘街道"), "新港区": ("海棠街道", "盐田镇")}
ROADS = ("望江路", "柳岸街", "梨花街", "石桥路", "文昌街", "墨池巷", "海棠路", "灯塔街")
PLACES = ("鹤鸣花园", "春和苑", "云台大厦", "采菱新村", "星河广场")


def address(rng: Random) -> list[tuple[str, str]]:
    """(text, label) of the entities of one address."""
    district = rng.choice(sorted(DISTRICTS))
    found = [("云汀市", "city"), (district, "district"), (rng.choice(DISTRICTS[district]), "town"), (rng.choice(ROADS), "road")]
    found.append((f"{rng.randint(1, 900)}号", "roadno"))
    if rng.random() < 0.6:
        found.append((rng.choice(PLACES), "poi"))
        found.append((f"{rng.randint(1, 40)}幢", "houseno"))
        found.append((f"{rng.randint(1, 6)}单元", "cellno"))
        found.append((f"{rng.randint(101, 2999)}", "roomno"))
    return found[rng.choice((0, 0, 1)) :]


def lines(found: list[tuple[str, str]]) -> list[str]:
    """The address in the file format."""
    import re

    rows = []
    for text, label in found:
        for at, character in enumerate(re.findall(r"\d+|\D", text)):
            rows.append(f"{character} {'I' if at else 'B'}-{label}")
    return rows


def write(path, count: int, seed: int) -> None:
    """A labelled file."""
    rng = Random(seed)
    path.write_text("\n\n".join("\n".join(lines(address(rng))) for _ in range(count)) + "\n", "utf8")
