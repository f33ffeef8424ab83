"""The door of retrieval: build an index, ask it, train and measure. Nothing is stored but an index's own folder."""

from __future__ import annotations

from yiwang.support.retrieval.answering import Answer, Weights, ask, committed
from yiwang.support.retrieval.errors import BadCorpus, BadIndex
from yiwang.support.retrieval.index import Document, Index
from yiwang.support.retrieval.scoring import auroc, recall_at, rouge_l
from yiwang.support.retrieval.searching import Hit, search
from yiwang.support.retrieval.tables import Figures, answer_file, evaluate, read_documents, train_file

__all__ = [
    "Answer",
    "BadCorpus",
    "BadIndex",
    "Document",
    "Figures",
    "Hit",
    "Index",
    "Weights",
    "answer_file",
    "ask",
    "auroc",
    "committed",
    "evaluate",
    "read_documents",
    "recall_at",
    "rouge_l",
    "search",
    "train_file",
]
