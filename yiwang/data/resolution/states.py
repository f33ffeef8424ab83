"""The states of a doubtful pair: it waits, a person decides, he may take it back; every verdict stays in the history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STATES: Final = {"open": "待判断", "same": "同一主体", "different": "不是同一主体", "unsure": "暂不能判断"}
VERDICTS: Final = ("same", "different", "unsure")  # each from any state but itself; undo leads back to the state before
FIELD_NAMES: Final = {"name": "名称", "sex": "性别", "birth_date": "出生日期", "phone": "电话", "address": "地址", "person": "法定代表人"}
KINDS: Final = {"person": "自然人", "company": "企业"}
# Field → what each level that was met is called, from 0 (differs); -1 is a missing value on either side.
LEVELS: Final = {
    "name": ("不同", "差一个字", "读音相同", "相同"),
    "sex": ("不同", "相同"),
    "birth_date": ("不同", "同一年", "差一位数字", "月日颠倒", "相同"),
    "phone": ("不同", "差一位数字", "相同"),
    "address": ("不同", "同一道路", "同一门牌", "同一户"),
    "person": ("不同", "相同"),
}
MISSING: Final = "一方缺失"
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "person": ("unique_id", "name", "sex", "birth_date", "phone", "address"),
    "company": ("unique_id", "name", "person", "phone", "address"),
}
FIELDS: Final[Mapping[str, Mapping[str, str]]] = {  # compared field → the kind it is masked by
    "person": {"name": "name", "sex": "", "birth_date": "date", "phone": "phone", "address": "address"},
    "company": {"name": "", "person": "name", "phone": "phone", "address": "address"},
}
