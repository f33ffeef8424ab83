"""The catalogue of open data as DCAT-AP: one tree of nodes, written as Turtle or as JSON-LD. Pure.

A node is ``{"@id": address} | {"@type": [...], property: value, …}``; a value is a node, a literal ``{"@value", "@language" | "@type"}``
or a list of these. Concepts of the EU's vocabularies carry their scheme, so that the feed can be judged without fetching anything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from yiwang.data.opening.definitions import words
from yiwang.data.opening.values import OpenSet

Node = dict[str, Any]
Department = Callable[[str], tuple[str, str]]
HIGH_VALUE: Final = "http://data.europa.eu/bna/"
EU: Final = "http://publications.europa.eu/resource/authority/"
PREFIXES: Final[Mapping[str, str]] = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "gsp": "http://www.opengis.net/ont/geosparql#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_FILE_TYPES: Final = {"csv": "CSV", "json": "JSON", "xlsx": "XLSX", "parquet": "PARQUET"}
_MEDIA: Final = "http://www.iana.org/assignments/media-types/"
_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_FORBIDDEN: Final = str.maketrans({one: f"%{ord(one):02X}" for one in ' <>"{}|\\^`'})


def high_value(code: str) -> str:
    """The category of a data set of high value, '' for another; which sets are, stands in ``words.json``."""
    return str(words()["high_value"]["sets"].get(code, ""))


def catalogue(sets: Sequence[OpenSet], *, base: str, site: str, department: Department, valued: bool = False) -> Node:
    """The tree of the whole catalogue; ``base`` is the site's address, ``site`` its name, ``department`` gives both names of one.

    ``valued``: only sets of high value, each and its files with their category and the law under which they are opened (DCAT-AP HVD).
    """
    sets = [one for one in sets if not valued or high_value(one.line.code)]
    changed = max((one.line.opened_at for one in sets), default=None)
    node: Node = {
        "@id": f"{base}/data#catalogue",
        "@type": ["dcat:Catalog"],
        "dct:title": [_said(f"{site}公共数据开放平台", "zh"), _said("Open data portal", "en")],
        "dct:description": [
            _said("经开放前检查、可以自由使用的公共数据。", "zh"),
            _said("Public data, checked before opening, free to use.", "en"),
        ],
        "dct:publisher": _agent("data", base, department),
        "foaf:homepage": _page(f"{base}/data"),
        "dct:language": _languages(),
        "dcat:themeTaxonomy": _scheme(f"{EU}data-theme"),
        "dct:license": _licence("open-attribution", base),
        "dcat:dataset": [_dataset(one, base, department) | (_valued(one, base, department) if valued else {}) for one in sets],
    }
    return node | ({"dct:modified": _moment(changed)} if changed else {})


def _dataset(one: OpenSet, base: str, department: Department) -> Node:
    line, here = one.line, f"{base}/data/{one.line.code}"
    theme, cycle = words()["themes"][line.theme], words()["cycles"][line.cycle]
    contact: Node = {"@type": ["vcard:Kind", "vcard:Organization"], "vcard:fn": _plain(department(line.department)[0])}
    contact["vcard:hasURL"] = {"@id": f"{here}/feedback", "@type": ["rdfs:Resource"]}
    return {
        "@id": f"{here}#set",
        "@type": ["dcat:Dataset"],
        "dct:title": [_said(line.title, "zh"), _said(line.title_en, "en")],
        "dct:description": [_said(line.summary, "zh"), _said(line.summary_en, "en")],
        "dct:identifier": _plain(line.code),
        "dct:publisher": _agent(line.department, base, department),
        "dcat:contactPoint": contact,
        "dcat:keyword": [_said(word, "zh") for word in line.keywords],
        "dcat:theme": _concept(f"{EU}data-theme/{theme[2]}", f"{EU}data-theme", theme[1]),
        "dct:accrualPeriodicity": _concept(f"{EU}frequency/{cycle[3]}", f"{EU}frequency", cycle[1], "dct:Frequency"),
        "dct:accessRights": _concept(f"{EU}access-right/PUBLIC", f"{EU}access-right", "public", "dct:RightsStatement"),
        "dct:issued": _moment(one.first_opened_at),
        "dct:modified": _moment(line.opened_at),
        "dct:language": _languages()[:1],
        "dcat:version": _plain(str(line.number)),
        "dcat:landingPage": _page(here),
        "dct:spatial": {
            "@type": ["dct:Location"],
            "rdfs:label": _said("云汀市", "zh"),
            "dcat:centroid": {"@value": "POINT(158.48 28.17)", "@type": "gsp:wktLiteral"},
        },
        "dcat:distribution": [_distribution(one, file.format, file.media_type, base) for file in one.files],
    }


def _valued(one: OpenSet, base: str, department: Department) -> Node:
    """What a data set of high value says besides: its category, and the law that wants it open, here and on each of its files."""
    told = words()["high_value"]
    _zh, english, number = told["categories"][high_value(one.line.code)]
    law, law_en = told["legislation"]
    title = [_said(law, "zh"), _said(law_en, "en")]
    ground: Node = {"@id": f"{base}/laws/cited?q={quote(law)}", "@type": ["eli:LegalResource"], "dct:title": title}
    files = [{**file, "dcatap:applicableLegislation": ground} for file in _dataset(one, base, department)["dcat:distribution"]]
    category = _concept(f"{HIGH_VALUE}{number}", f"{HIGH_VALUE}asd487ae75", english)
    return {"dcatap:applicableLegislation": ground, "dcatap:hvdCategory": category, "dcat:distribution": files}


def _distribution(one: OpenSet, form: str, media: str, base: str) -> Node:
    line = one.line
    address = f"{base}/data/{line.code}/files/{line.number}.{form}"
    node: Node = {
        "@id": f"{base}/data/{line.code}#{form}",
        "@type": ["dcat:Distribution"],
        "dct:title": [_said(f"{line.title}({form})", "zh")],
        "dcat:accessURL": _page(f"{base}/data/{line.code}"),
        "dcat:downloadURL": {"@id": address, "@type": ["rdfs:Resource"]},
        "dct:format": _concept(f"{EU}file-type/{_FILE_TYPES[form]}", f"{EU}file-type", form, "dct:MediaTypeOrExtent"),
        "dcat:mediaType": {"@id": _MEDIA + media.partition(";")[0], "@type": ["dct:MediaType", "dct:MediaTypeOrExtent"]},
        "dct:license": _licence(line.licence, base),
        "dct:issued": _moment(line.opened_at),
        "dct:modified": _moment(line.opened_at),
        "dct:language": _languages()[:1],
    }
    if form == "parquet":  # the other formats are made from this one; the shapes want https in the name of the algorithm
        node["dcat:byteSize"] = {"@value": str(one.size), "@type": "xsd:nonNegativeInteger"}
        algorithm = {"@id": "https://spdx.org/rdf/terms#checksumAlgorithm_sha256", "@type": ["spdx:ChecksumAlgorithm"]}
        value = {"@value": one.digest, "@type": "xsd:hexBinary"}
        node["spdx:checksum"] = {"@type": ["spdx:Checksum"], "spdx:algorithm": algorithm, "spdx:checksumValue": value}
    return node


def _page(address: str) -> Node:
    return {"@id": address, "@type": ["foaf:Document", "rdfs:Resource"]}


def _agent(code: str, base: str, department: Department) -> Node:
    name, name_en = department(code)
    kind = _concept("http://purl.org/adms/publishertype/LocalAuthority", "http://purl.org/adms/publishertype/1.0", "Local authority")
    return {
        "@id": f"{base}/data?department={code}",
        "@type": ["foaf:Agent", "foaf:Organization"],
        "foaf:name": [_said(name, "zh"), _said(name_en, "en")],
        "dct:type": kind,
    }


def _licence(code: str, base: str) -> Node:
    kind = _concept("http://purl.org/adms/licencetype/Attribution", "http://purl.org/adms/licencetype/1.0", "Attribution")
    one = words()["licences"][code]
    title = [_said(one["name"], "zh"), _said(one["name_en"], "en")]
    return {"@id": f"{base}/data/licences#{code}", "@type": ["dct:LicenseDocument"], "dct:title": title, "dct:type": kind}


def _languages() -> list[Node]:
    pairs = (("ZHO", "Chinese"), ("ENG", "English"))
    return [_concept(f"{EU}language/{code}", f"{EU}language", name, "dct:LinguisticSystem") for code, name in pairs]


def _concept(address: str, scheme: str, label: str, *kinds: str) -> Node:
    return {
        "@id": address,
        "@type": ["skos:Concept", *kinds],
        "skos:prefLabel": _said(label, "en"),
        "skos:inScheme": _scheme(scheme),
    }


def _scheme(address: str) -> Node:
    return {"@id": address, "@type": ["skos:ConceptScheme"], "dct:title": _said(address.rstrip("/").rpartition("/")[2], "en")}


def _said(text: str, language: str) -> Node:
    return {"@value": text, "@language": language}


def _plain(text: str) -> Node:
    return {"@value": text}


def _moment(at: datetime) -> Node:
    return {"@value": at.isoformat(timespec="seconds"), "@type": "xsd:dateTime"}


def as_json_ld(tree: Node) -> str:
    """The tree as JSON-LD with its prefixes."""
    return json.dumps({"@context": dict(PREFIXES), **tree}, ensure_ascii=False, indent=1)


def as_turtle(tree: Node) -> str:
    """The tree as Turtle: named nodes once each, nameless ones where they stand."""
    named: dict[str, str] = {}
    _turtle(tree, named)
    head = "\n".join(f"@prefix {short}: <{address}> ." for short, address in PREFIXES.items())
    return head + "\n\n" + "\n\n".join(body for body in named.values() if body) + "\n"


def _turtle(value: Any, named: dict[str, str]) -> str:
    """What stands for a value inside a statement; a named node's own statements go into ``named``, the first telling counts."""
    if "@value" in value:
        text = f'"{str(value["@value"]).translate(_ESCAPES)}"'
        if "@language" in value:
            return f"{text}@{value['@language']}"
        return f"{text}^^{value['@type']}" if "@type" in value else text
    address = f"<{value['@id'].translate(_FORBIDDEN)}>" if "@id" in value else ""
    if address and (address in named or len(value) == 1):
        return address
    if address:
        named[address] = ""  # a place in the order, and an end to circles
    parts = [f"a {', '.join(value['@type'])}"] if "@type" in value else []
    for name, held in value.items():
        if name not in ("@id", "@type"):
            parts.append(f"{name} {', '.join(_turtle(one, named) for one in (held if isinstance(held, list) else [held]))}")
    if not address:
        return f"[ {' ; '.join(parts)} ]"
    named[address] = f"{address} " + " ;\n    ".join(parts) + " ."
    return address
