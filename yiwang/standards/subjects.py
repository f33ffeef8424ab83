"""Whom the platform serves: a person or a company, named by the one key that the state gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from yiwang.standards.errors import InvalidInput

Kind = Literal["person", "company"]


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """``key`` is the identity number of a person or the unified social credit code of a company.

    Only emptiness is refused here: whether the key is a right number is asked where it enters
    (``standards.identifiers``), because registers also hold wrong ones, and those must be nameable to be corrected.
    """

    kind: Kind
    key: str

    def __post_init__(self) -> None:
        if self.kind not in ("person", "company") or not self.key:
            raise InvalidInput("办事主体不完整:须写明是个人还是企业,并给出身份证号或统一社会信用代码。", kind=self.kind)

    @property
    def masked(self) -> str:
        """The key as a page, a log or a message may show it."""
        return f"{self.key[:3]}{'*' * max(len(self.key) - 5, 3)}{self.key[-2:]}"

    def __str__(self) -> str:
        """``person:…`` / ``company:…``: the form in which other rooms store whom something belongs to."""
        return f"{self.kind}:{self.key}"

    @classmethod
    def read(cls, text: str) -> Subject:
        """The subject that ``str()`` wrote."""
        kind, _, key = text.partition(":")
        return cls(kind, key)  # type: ignore[arg-type]
