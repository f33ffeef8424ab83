"""Frozen values that the exchange's door takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from yiwang.data.registers.api import Key, Value
from yiwang.standards.errors import Forbidden, InvalidInput
from yiwang.standards.subjects import Subject

Status = Literal["verified", "absent", "disagrees", "denied", "unavailable"]


@dataclass(frozen=True, slots=True)
class Claim:
    """One element wanted about one subject or record."""

    element: str
    key: Subject | Key


@dataclass(frozen=True, slots=True)
class Fact:
    """One element with where it comes from.

    Attributes:
        value: in JSON types (dates ISO); None unless verified or disagreeing.
        status: 'verified'; 'disagrees' (value is the authoritative one, another register holds a different one);
            'absent' (no row, or the row holds nothing); 'denied' (no agreement, or not the applicant's data);
            'unavailable' (register switched off or not reachable).
        source_department: short code of the owner; source_register its register; source_version the row's version (0: no row).
        observed_at: when it was read.
        note: one Chinese sentence for the person who reads it, '' when there is nothing to say.
    """

    element: str
    key: Subject | Key
    value: Value
    status: Status
    source_department: str
    source_register: str
    source_version: int
    observed_at: datetime
    note: str = ""

    @property
    def usable(self) -> bool:
        """Whether the value may be used: verified, or disagreeing (the owner's value counts until corrected)."""
        return self.status in ("verified", "disagrees")

    def to_json(self) -> dict[str, Value]:
        """The fact as it is stored beside a decision."""
        return {
            "element": self.element,
            "key": str(self.key),
            "value": self.value,
            "status": self.status,
            "source_department": self.source_department,
            "source_register": self.source_register,
            "source_version": self.source_version,
            "observed_at": self.observed_at.isoformat(),
            "note": self.note,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Fact:
        """The fact that ``to_json`` wrote."""
        text = str(data["key"])
        key: Subject | Key = Subject.read(text) if text.startswith(("person:", "company:")) else Key.read(text)
        fields = {**data, "key": key, "observed_at": datetime.fromisoformat(str(data["observed_at"]))}
        return cls(**fields)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A purpose (matter code or short key) may see an element, for a consumer department on a legal basis, from day to day."""

    purpose: str
    element: str
    consumer_department: str
    legal_basis: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class RecordChoice:
    """A record of the applicant that a form can offer: key, relation (mother, owner …) and a label to show."""

    key: Subject | Key
    relation: str
    label: str


@dataclass(frozen=True, slots=True)
class ScanRow:
    """A row of a scan: its primary key, the key it was found by, its version, values by element (None where it holds nothing),
    and whose data it is.
    """

    key: str
    found_by: str
    version: int
    values: Mapping[str, Value]
    about: tuple[str, ...]


class ScanRefused(Forbidden):
    """没有可用于批量读取的数据共享约定,请先由数据归属部门订立约定。"""

    code = "scan_refused"


class ReportRefused(Forbidden):
    """结果只能由登记册的归属部门写入,请由该部门办理。"""

    code = "report_refused"


class ClaimInvalid(InvalidInput):
    """该数据元不能用这种主体或记录查询,请核对事项配置。"""

    code = "claim_invalid"
