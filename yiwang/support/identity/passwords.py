"""What a password must be (custom figures under the duty of GB/T 22239: all of them are settings)."""

from __future__ import annotations

import re

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from yiwang.support.identity.errors import WeakPassword

LONGEST = 256  # longer ones would only cost computing time
_CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")


def checked(password: str, *, username: str) -> str:
    """The encoded password, or WeakPassword naming every cause at once."""
    shortest = getattr(settings, "YIWANG_PASSWORD_LENGTH", 8)
    wanted = getattr(settings, "YIWANG_PASSWORD_CLASSES", 3)
    causes = []
    if not shortest <= len(password) <= LONGEST:
        causes.append(f"长度应为 {shortest} 至 {LONGEST} 位")
    if sum(bool(re.search(one, password)) for one in _CLASSES) < wanted:
        causes.append(f"大写字母、小写字母、数字、符号中至少要有 {wanted} 类")
    if username and username.lower() in password.lower():
        causes.append("不能包含用户名")
    if _is_common(password):
        causes.append("这个密码太常见")
    if causes:
        raise WeakPassword(causes="、".join(causes))
    return make_password(password)


def _is_common(password: str) -> bool:
    try:
        CommonPasswordValidator().validate(password)
    except ValidationError:
        return True
    return False
