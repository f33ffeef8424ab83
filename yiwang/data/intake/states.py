"""Kinds, states and limits of sources and runs."""

from __future__ import annotations

from typing import Final

KINDS: Final = {"upload": "上传文件", "postgresql": "数据库表", "mysql": "MySQL 数据库表", "http": "接口", "nats": "消息流"}
STATES: Final = {"active": "启用", "paused": "停用"}
RUN_STATES: Final = {"queued": "等待", "running": "进行中", "done": "完成", "failed": "失败"}
CAUSES: Final = {"clock": "按计划", "hand": "手动", "upload": "上传", "again": "重读原始文件"}
SCHEDULES: Final = (0, 15, 60, 360, 1440, 10080)  # minutes; 0: only by hand
RETRIES: Final = (1, 5, 15, 60)  # minutes before the second, third … try
TABLES: Final = ("postgresql", "mysql")
OPTIONS: Final = {
    "upload": (),
    "postgresql": ("table", "changed"),
    "mysql": ("table", "changed"),
    "http": ("items", "header"),
    "nats": ("stream",),
}
MAX_BYTES: Final = 64 << 20
UNPACKED_BYTES: Final = 1 << 30  # what a workbook may unpack to

# The lake's kind of a field → the kind it is masked by; '' shows it, but identity and telephone numbers inside are masked all the same.
MASKS: Final = {
    "person_name": "name",
    "id_number": "id_number",
    "mobile": "phone",
    "division_code": "",
    "organisation_name": "",
    "credit_code": "",
    "label": "",
    "label_code": "text",
    "day": "date",
    "past_date": "",
    "money": "",
    "province": "",
    "city": "",
    "text": "",
}
MASKED: Final = {"address": "address", "holder_name": "name"}  # fields whose name says more than their kind
REASONS: Final = {
    "above_header": "在表头之上",
    "broken_quote": "引号不成对",
    "column_count": "列数不符",
    "columns_shifted": "内容错列",
    "empty_row": "整行为空",
    "encoding_broken": "字节损坏,不是文字",
    "header_unknown": "表头不属于这种数据集",
    "line_too_long": "一行过长",
    "nul_character": "含空字符",
    "repeated_header": "重复的表头",
    "text_destroyed": "文字已毁坏",
    "text_garbled": "乱码,可恢复",
}
PROBLEMS: Final = {
    "characters": "含不允许的字符",
    "check": "校验位不符",
    "future": "日期在将来",
    "impossible": "日期不存在",
    "length": "长度不符",
    "misplaced": "填了别的内容",
    "missing": "缺失",
    "negative": "为负数",
    "too_early": "日期过早",
    "too_large": "数额过大",
    "unit_missing": "没有单位",
    "unknown": "不在代码表中",
    "unreadable": "不能识别",
}
