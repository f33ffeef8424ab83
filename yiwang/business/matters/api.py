"""The door of the matters room 事项库: what people may ask the state for, as data with versions.

Reading is public and needs no actor; writing names its actor, asks access, and leaves an audit record and an event.
"""

from __future__ import annotations

from yiwang.business.matters.checking import check
from yiwang.business.matters.comparing import diff
from yiwang.business.matters.decision_tables import table_key
from yiwang.business.matters.editing import (
    Loaded,
    cancel,
    draft,
    drafts,
    history,
    load_builtin,
    publish,
    resume,
    save_draft,
    suspend,
)
from yiwang.business.matters.exporting import export
from yiwang.business.matters.guiding import Guide, GuideMaterial, guide, narrow, ways
from yiwang.business.matters.importing import ImportReport, RowReport, import_file
from yiwang.business.matters.queries import described, elements_of, in_force, library, listing, published, stamp, version_of
from yiwang.business.matters.reading import DECISIONS, from_record, to_record
from yiwang.business.matters.searching import Index as PhraseIndex
from yiwang.business.matters.searching import Spoken, phrases_of, search
from yiwang.business.matters.searching import warm as warm_search
from yiwang.business.matters.values import (
    Change,
    Draft,
    Faq,
    Fee,
    Finding,
    Hit,
    LegalBasis,
    Listed,
    Material,
    MatterVersion,
    Narrowed,
    Option,
    Question,
    Remedy,
    Result,
    Step,
    VersionLine,
)

__all__ = [
    "DECISIONS",
    "Change",
    "Draft",
    "Faq",
    "Fee",
    "Finding",
    "Guide",
    "GuideMaterial",
    "Hit",
    "ImportReport",
    "LegalBasis",
    "Listed",
    "Loaded",
    "Material",
    "MatterVersion",
    "Narrowed",
    "Option",
    "PhraseIndex",
    "Question",
    "Remedy",
    "Result",
    "RowReport",
    "Spoken",
    "Step",
    "VersionLine",
    "cancel",
    "check",
    "described",
    "diff",
    "draft",
    "drafts",
    "elements_of",
    "export",
    "from_record",
    "guide",
    "history",
    "import_file",
    "in_force",
    "library",
    "listing",
    "load_builtin",
    "narrow",
    "phrases_of",
    "publish",
    "published",
    "resume",
    "save_draft",
    "search",
    "stamp",
    "suspend",
    "table_key",
    "to_record",
    "version_of",
    "warm_search",
    "ways",
]
