"""What is shown of a sensitive value, by kind and level; never more than half of a short one."""

import itertools
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.security.masking.api import KINDS, find_in_text, mask, mask_all, mask_text, mask_texts


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


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("联系人张三电话138-0013-8000", "联系人张*电话138*******000"),
        ("投诉人李小明反映小区噪音", "投诉人李**反映小区噪音"),
        ("联系人:欧阳小满,", "联系人:欧***,"),
        ("卡号6222 0202 0011 2233 445", "卡号******************* 445"),
        ("车牌云A12345停在门口", "车牌云A****5停在门口"),
        ("邮箱zhang.san@city.example.cn", "邮箱z***@city.example.cn"),
        ("护照E12345678", "护照E******78"),
        ("身份号码 990102199001011233", "身份号码 990***********1233"),  # the check fails, the word before says what it is
    ],
)
def test_free_text(text, masked):
    assert mask_text(text).replace("*", "") == masked.replace("*", "")
    assert mask_text(text) != text


@pytest.mark.parametrize(
    "text",
    [
        "订单202611223344556677已发货", "统一社会信用代码91990102MAYYYY77X1", "时间1700000000123", "尾号1234 2026-11-22 10:30", "联系人王先生", "a@b",
        "申请人应当提交材料,负责人高度重视,业主方要求", "条码6901234567892", "版本1.13800138000", "金额 125000.00 元", "",
    ],
)  # fmt: skip
def test_look_alikes_stay(text):
    assert mask_text(text) == text


def test_addresses_are_masked_when_asked():
    text = "家住云汀市河东区临江街道望江路12号3栋502室,反映噪音"
    assert mask_text(text) == text
    assert mask_text(text, addresses=True) == "家住云汀市河东区临江街道****,反映噪音"


def test_many_texts_as_one_by_one():
    texts = ["电话13800001234", None, "", "干净的文字", "带分隔符\x1e13800001234", "我叫王芳"]
    assert mask_texts(texts) == [None if one is None else mask_text(one) for one in texts]
    assert mask_texts([]) == []
    assert mask_texts(["13800001234"] * 5000) == ["138****1234"] * 5000


@given(st.lists(st.text("1234567890 -@.:xXE云A联系人张三我叫地址号,\x1e", max_size=60), max_size=6))
def test_findings_never_overlap_and_batches_agree(texts):
    for text in texts:
        found = find_in_text(text, addresses=True)
        assert all(start < end for start, end, _ in found)
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(found))
    assert mask_texts(texts, addresses=True) == [mask_text(one, addresses=True) for one in texts]


def test_the_mask_of_texts_needs_no_django():
    code = "import sys, yiwang.security.masking.api; sys.exit('django' in sys.modules or 'pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
