"""The one family of errors: every refusal names its cause, its place and its remedy.

A subclass sets ``code`` (stable, for machines), ``status`` (the HTTP status an end answers with) and ``template``
(the Chinese sentence a person reads); ``title`` heads its page where the title of the
status would mislead. Details are keyword arguments; they fill the template and travel to machines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class YiwangError(Exception):
    """操作没有完成:请按提示修改后重试。"""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    template: ClassVar[str] = ""
    title: ClassVar[str] = ""

    def __init__(self, message: str = "", *, field: str = "", **details: object) -> None:
        """Build the error; ``message`` overrides the template, ``field`` names the form field it belongs to."""
        self.field = field
        self.details: Mapping[str, object] = details
        self.message = message or self.template.format(field=field, **details) or (self.__doc__ or "").strip()
        super().__init__(self.message)

    def to_json(self) -> dict[str, object]:
        """The error as machines see it: ``{code, message, field, details}``."""
        return {
            "code": self.code,
            "message": self.message,
            "field": self.field,
            "details": {key: value if isinstance(value, int | float | bool | list) else str(value) for key, value in self.details.items()},
        }


class InvalidInput(YiwangError):
    """填写的内容不符合要求,请按提示修改。"""

    code = "invalid_input"
    status = 422


class NullCharacter(InvalidInput):
    """内容里有看不见的空字符(U+0000),系统无法保存。请删去从别处粘贴来的异常字符后重试,您填写的内容不会丢失。"""

    code = "null_character"

    @classmethod
    def behind(cls, error: Exception) -> bool:
        """Whether a driver refused a text because it holds U+0000, which PostgreSQL cannot keep."""
        return (isinstance(error, ValueError) and "NUL" in str(error)) or "NUL (0x00)" in str(error)


class NotFound(YiwangError):
    """没有找到,可能已被删除,或您没有查看权限。"""

    code = "not_found"
    status = 404


class Forbidden(YiwangError):
    """您没有办理这一步的权限,请联系本部门管理员。"""

    code = "forbidden"
    status = 403


class Conflict(YiwangError):
    """别人刚刚修改过,请刷新页面后再试,您填写的内容不会丢失。"""

    code = "conflict"
    status = 409


class Unavailable(YiwangError):
    """服务暂时不可用,请稍后重试。"""

    code = "unavailable"
    status = 503
