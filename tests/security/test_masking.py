"""What is shown of a sensitive value, by kind and level; never more than half of a short one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.security.masking.api import KINDS, mask, mask_all, mask_text


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("name", "张三", "张*"),
        ("name", "欧阳小满", "欧***"),
        ("name", "张", "张*"),
        ("id_number", "990102199001011238", "990***********1238"),
        ("phone", "13800001234", "138****1234"),
        ("address", "云汀市河东区临江街道望江社区望江路12号3栋", "云汀市河东区临江街道****"),
        ("credit_code", "91990102MAYYYY77X1", "9199**********77X1"),
        ("bank_account", "6222020200112233445", "***************3445"),
        ("bank_account", "12345", "*****"),
        ("email", "ab@city.example", "a***@city.example"),
        ("date", "1990-01-01", "1990-**-**"),
        ("nonsense", "秘密内容", "秘**容"),
        ("name", "", ""),
        ("name", None, ""),
    ],
)
def test_partial(kind, value, shown):
    assert mask(value, kind) == shown


def test_levels():
    assert mask("张三", "name", level="full") == "张三"
    assert mask("张三", "name", level="hidden") == "******"


def test_mappings_and_text():
    assert mask_all({"name": "张三", "n": 1}, kinds={"name": "name"}) == {"name": "张*", "n": 1}
    assert mask_text("电话13800001234,身份证990102199001011238,金额1234") == "电话138****1234,身份证990***********1238,金额1234"


@given(st.sampled_from(sorted(set(KINDS) - {"address", "date", "email"})), st.text("0123456789ABCDEFGH", min_size=2, max_size=24))
def test_never_more_than_half_of_a_short_value(kind, value):
    kept = sum(character != "*" for character in mask(value, kind))
    assert kept <= max(len(value) // 2, 8)
    assert kept < len(value)
