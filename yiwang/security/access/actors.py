"""Who acts: the one value that every act carries from the click to the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from yiwang.standards.errors import InvalidInput
from yiwang.standards.subjects import Subject

Kind = Literal["anonymous", "citizen", "staff", "machine", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """``subject``: whose number the account belongs to; ``acting_for``: the person or company represented, if any.

    ``department`` is a department's short code and ``region`` a division code: both are '' for citizens.
    """

    kind: Kind
    account_id: str
    name: str
    subject: Subject | None = None
    department: str = ""
    region: str = ""
    roles: frozenset[str] = frozenset()
    acting_for: Subject | None = None

    def __post_init__(self) -> None:
        if self.kind == "citizen" and self.subject is None:
            raise InvalidInput("个人或企业账户缺少实名信息:请先完成实名认证。", field="subject")
        if self.kind == "staff" and not self.department:
            raise InvalidInput("工作人员账户没有所属部门:请由管理员补充。", field="department")

    @property
    def represents(self) -> Subject | None:
        """In whose name the act is done: the represented one, else the actor's own subject."""
        return self.acting_for or self.subject


SYSTEM = Actor("system", "system", "系统自动办理")
ANONYMOUS = Actor("anonymous", "", "未登录用户")
