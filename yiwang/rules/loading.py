"""Models by content: read once, kept by digest, shared by every caller."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from yiwang.rules.dmn.documents import Document, imported, read_documents
from yiwang.rules.dmn.drg import Graph, Key, Node
from yiwang.rules.dmn.model import TableModel
from yiwang.rules.dmn.table_models import table_model
from yiwang.rules.errors import InvalidModel, UnknownDecision

if TYPE_CHECKING:
    from yiwang.rules.settling import Samples

_KEPT: Final = 512
_cache: OrderedDict[str, Model] = OrderedDict()
_lock: Final = Lock()


class Model:
    """A decision model ready to run. ``digest`` is the SHA-256 of the file (and of the files it imports)."""

    def __init__(self, content: bytes, others: Iterable[bytes] = (), *, digest: str) -> None:
        self.digest = digest
        self.document: Document = read_documents(content, others)
        self.graph = Graph(self.document)
        self.name = self.document.name
        self.namespace = self.document.namespace
        self._decisions = {
            node.name: node for node in self.graph.nodes.values() if node.kind == "decision" and node.key[0] == self.namespace
        }
        self._inputs: dict[str, list[Node]] = {}
        self.null_mentions: dict[Key, bool] = {}
        self.samples: dict[tuple[Key, Key], Samples] = {}

    def __repr__(self) -> str:
        return f"Model({self.name!r}, {self.digest[:12]})"

    @property
    def decisions(self) -> tuple[str, ...]:
        """The names of the decisions, in the order of the file."""
        return tuple(self._decisions)

    def node(self, decision: str) -> Node:
        """The node of a decision.

        Raises:
            UnknownDecision: the model has none of this name.
        """
        found = self._decisions.get(decision)
        if found is None:
            raise UnknownDecision(model=self.name, decision=decision, known="、".join(self._decisions) or "无")
        return found

    def input_nodes(self, decision: str) -> list[Node]:
        """The input data a decision rests on, directly or through other decisions."""
        found = self._inputs.get(decision)
        if found is None:
            found = self._inputs[decision] = self.graph.inputs(self.node(decision))
        return found

    def as_tables(self) -> TableModel:
        """The model as plain data, to edit it or to write it again.

        Raises:
            InvalidModel: a decision is not made by a table.
        """
        return table_model(self.document)

    def clauses(self) -> tuple[str, ...]:
        """The distinct legal clauses that the rows of its tables rest on, in order."""
        tables = [decision.table for decision in self.as_tables().decisions]
        return tuple(dict.fromkeys(clause for table in tables for row in range(len(table.rules)) if (clause := table.clause(row))))

    def inputs(self, decision: str) -> Mapping[str, str]:
        """The facts a decision needs: name to type name (``Any`` when the model gives none).

        Raises:
            UnknownDecision: the model has no such decision.
        """
        return {node.name: node.type.name if node.type is not None else "Any" for node in self.input_nodes(decision)}


def load(source: str | Path | bytes) -> Model:
    """Read a DMN file (1.1–1.6) or its content; imports are looked for beside the file. The same content is read once.

    Raises:
        InvalidModel: the file cannot be read as a decision model; the message names the place.
    """
    content, others = (source, ()) if isinstance(source, bytes) else _files(Path(source))
    digest = hashlib.sha256(content)
    for other in others:
        digest.update(hashlib.sha256(other).digest())
    key = digest.hexdigest()
    with _lock:
        if key in _cache:
            _cache.move_to_end(key)
            return _cache[key]
    model = Model(content, others, digest=key)
    with _lock:
        _cache[key] = model
        if len(_cache) > _KEPT:
            _cache.popitem(last=False)
    return model


def loaded(digest: str) -> Model | None:
    """The model with this digest, if it was loaded by this process."""
    with _lock:
        return _cache.get(digest)


def _files(path: Path) -> tuple[bytes, tuple[bytes, ...]]:
    try:
        content = path.read_bytes()
        if b"import" not in content or (b":import" not in content and b"<import" not in content):
            return content, ()
        beside = [other.read_bytes() for other in sorted(path.parent.glob("*.dmn")) if other != path]
        return content, tuple(imported(content, beside))
    except OSError as error:
        raise InvalidModel(place=path.name, reason=error.strerror or "无法打开文件") from error
