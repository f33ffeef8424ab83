"""The catalogue as a file: JSON, an xlsx workbook, DCAT as JSON-LD."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

from yiwang.data.catalogue.values import Field, Resource, metadata, to_json

NAMESPACE = "https://yiwang.example/catalogue/"
CYCLES = {
    "realtime": "UPDATE_CONT",
    "daily": "DAILY",
    "weekly": "WEEKLY",
    "monthly": "MONTHLY",
    "quarterly": "QUARTERLY",
    "yearly": "ANNUAL",
    "other": "OTHER",
}
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/",
    "csvw": "http://www.w3.org/ns/csvw#", "skos": "http://www.w3.org/2004/02/skos/core#", "xsd": "http://www.w3.org/2001/XMLSchema#",
}  # fmt: skip
DATATYPES = {
    "string": "string",
    "number": "decimal",
    "date": "date",
    "datetime": "dateTime",
    "boolean": "boolean",
    "binary": "base64Binary",
}
LISTS = ("share_modes", "related", "duties")


def as_json(resources: Sequence[Resource]) -> bytes:
    """The resources as ``{"resources": […]}``; reading them back gives the same."""
    return json.dumps({"resources": [to_json(one) for one in resources]}, ensure_ascii=False, indent=1).encode()


def as_dcat(resources: Sequence[Resource]) -> bytes:
    """A ``dcat:Catalog`` in JSON-LD: resource → Dataset, format → Distribution or DataService, fields → csvw:tableSchema."""
    catalogue = {
        "@context": CONTEXT,
        "@id": NAMESPACE,
        "@type": "dcat:Catalog",
        "dct:title": {"@value": "政务数据目录", "@language": "zh"},
        "dct:description": {"@value": "政务数据资源的核心元数据", "@language": "zh"},
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": "政务数据主管部门"},
        "dcat:dataset": [_dataset(one) for one in resources],
    }
    return json.dumps(catalogue, ensure_ascii=False, indent=1).encode()


def _dataset(one: Resource) -> dict[str, Any]:
    words, here = metadata(), f"{NAMESPACE}{one.code}"
    made = {
        "@id": here,
        "@type": "dcat:Dataset",
        "dct:identifier": [one.code, *([one.catalogue_code] if one.catalogue_code else [])],
        "dct:title": [{"@value": one.title, "@language": "zh"}, *([{"@value": one.title_en, "@language": "en"}] if one.title_en else [])],
        "dct:description": {"@value": one.summary or one.title, "@language": "zh"},
        "dct:publisher": {
            "@id": f"{NAMESPACE}agent/{one.provider_code or one.department}",
            "@type": "foaf:Agent",
            "foaf:name": one.provider_name,
        },
        "dcat:theme": {
            "@id": f"{NAMESPACE}theme/{one.category}{one.item}",
            "@type": "skos:Concept",
            "skos:prefLabel": {"@value": words["items"].get(one.category, {}).get(one.item, one.item), "@language": "zh"},
        },
        "dct:accrualPeriodicity": {"@id": f"http://publications.europa.eu/resource/authority/frequency/{CYCLES.get(one.cycle, 'OTHER')}"},
        "dct:accessRights": {
            "@type": "dct:RightsStatement",
            "skos:prefLabel": words["shares"][one.share][1] + (f":{one.share_terms}" if one.share_terms else ""),
        },
        "dct:relation": [{"@id": f"{NAMESPACE}{code}"} for code in one.related],
        "dcat:distribution": [_distribution(one, kind, form) for kind, form in one.formats],
        "csvw:tableSchema": {"@type": "csvw:Schema", "csvw:column": [_column(field) for field in one.fields]},
    }
    if one.published_on:
        made["dct:issued"] = {"@value": one.published_on.isoformat(), "@type": "xsd:date"}
    return made


def _distribution(one: Resource, kind: str, form: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "@id": f"{NAMESPACE}{one.code}/{kind}-{form}",
        "@type": "dcat:Distribution",
        "dct:title": f"{one.title}({form})",
        "dct:format": {"@type": "dct:MediaTypeOrExtent", "skos:prefLabel": form},
        "dcat:accessURL": {"@id": f"{NAMESPACE}{one.code}"},
    }
    if kind == "7":
        made["dcat:accessService"] = {
            "@type": "dcat:DataService",
            "dct:title": one.title,
            "dcat:endpointURL": {"@id": f"{NAMESPACE}{one.code}/service"},
        }
    return made


def _column(field: Field) -> dict[str, Any]:
    return {
        "@type": "csvw:Column",
        "csvw:name": field.name,
        "csvw:title": field.title,
        "csvw:datatype": DATATYPES[field.type],
        "csvw:required": field.key,
    }


def as_xlsx(resources: Sequence[Resource]) -> bytes:
    """A workbook with the sheets 资源 (one row a resource) and 信息项 (one row a field); lists are joined by 、."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    plain = [to_json(one) for one in resources]
    columns = [name for name in to_json(Resource(code="", title="", department="")) if name != "fields"]
    sheet = book.create_sheet("资源")
    sheet.append(columns)
    for row in plain:
        sheet.append([_cell(row[name]) for name in columns])
    names = list(Field.__dataclass_fields__)
    sheet = book.create_sheet("信息项")
    sheet.append(["resource", *names])
    for row in plain:
        for field in row["fields"]:
            sheet.append([row["code"], *(_cell(field[name]) for name in names)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join("/".join(one) if isinstance(one, list) else str(one) for one in value)
    # a text that a spreadsheet would take for a formula is written as text
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value
