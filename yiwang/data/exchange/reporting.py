"""Results written back into the owner's register."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from yiwang.data.catalogue import api as catalogue
from yiwang.data.exchange.values import ReportRefused
from yiwang.data.registers import api as registers
from yiwang.data.registers.api import Key, Value, Written
from yiwang.security.access.api import Actor
from yiwang.security.audit.api import Record, record
from yiwang.standards.errors import InvalidInput
from yiwang.standards.subjects import Subject


def report_back(case_id: UUID, *, register: str, key: Subject | Key, values: Mapping[str, Value], department: str, actor: Actor) -> Written:
    """Write a case's result; see the door."""
    owner = registers.register(register)
    if department not in (owner.department, *owner.contributors):
        raise ReportRefused(
            f"「{owner.title}」归「{owner.department}」管理,「{department}」不能写入,请由归属部门办理。",
            register=register,
            department=department,
        )
    written = registers.write(register, key, values=_columns(register, values), source=str(case_id))
    record(
        Record(
            act="register.report_back",
            actor=actor,
            kind="register",
            ref=f"{register}:{written.key}",
            case_id=case_id,
            detail={
                "version": written.version,
                "created": written.created,
                "columns": sorted(_columns(register, values)),
                "department": department,
            },
        )
    )
    return written


def _columns(register: str, values: Mapping[str, Value]) -> dict[str, Value]:
    """Values by column; element codes are translated, and must belong to the register."""
    columns: dict[str, Value] = {}
    for name, value in values.items():
        if "." not in name:
            columns[name] = value
            continue
        element = catalogue.element(name)
        if element.register != register:
            raise InvalidInput(
                f"数据元「{element.name}」不属于登记册「{register}」,请核对事项的结果回写配置。", element=name, register=register
            )
        columns[element.column] = value
    return columns
