"""Tables become proposals of their department; a person confirms or corrects; only then is there a draft."""

import json
from dataclasses import replace

import openpyxl
import pyarrow.parquet
import pytest

from yiwang.data.catalogue import api as catalogue
from yiwang.data.sensing import api as sensing
from yiwang.security.access.api import PermissionDenied
from yiwang.standards.errors import NotFound

from .conftest import AUTHORITY, CLERK, OTHER, WRITER

ROWS = "编号,姓名,手机\n001,张小明,13800001234\n002,李芳,13900001234\n003,王思远,13700001234\n004,赵敏,13600001234\n"


def look(actor=WRITER):
    tables = sensing.read_bytes("诊所.csv", content=ROWS.encode("gb18030"))
    return catalogue.look_at(tables, origin="诊所.csv", department="health", region="990100", actor=actor)[0]


@pytest.mark.django_db
def test_a_proposal_is_confirmed_into_a_draft():
    seen = look()
    assert [(one.name, one.mask, one.level, one.key) for one in seen.fields] == [
        ("编号", "", 1, True),
        ("姓名", "name", 2, False),
        ("手机", "phone", 2, False),
    ]
    assert "13800001234" not in json.dumps(seen.told, ensure_ascii=False) and "张小明" not in json.dumps(seen.told, ensure_ascii=False)
    fields = (*seen.fields[:2], replace(seen.fields[2], level=3))
    made = catalogue.Resource(code="health.clinics", title="诊所", department="police", fields=fields)
    draft = catalogue.confirm(seen.id, resource=made, actor=WRITER)
    assert (draft.resource.department, draft.resource.approval, draft.resource.fields[2].encrypted) == ("health", True, True)
    assert catalogue.proposals(WRITER) == []
    with pytest.raises(catalogue.WrongResourceStep):
        catalogue.confirm(seen.id, resource=made, actor=WRITER)


@pytest.mark.django_db
def test_proposals_belong_to_the_department():
    seen = look()
    assert [one.id for one in catalogue.proposals(WRITER)] == [seen.id]
    assert catalogue.proposals(OTHER) == []
    for stranger in (OTHER, CLERK, AUTHORITY, replace(WRITER, region="880100")):
        with pytest.raises(catalogue.NoSuchProposal):
            catalogue.proposal(seen.id, actor=stranger)
        with pytest.raises(catalogue.NoSuchProposal):
            catalogue.reject(seen.id, actor=stranger)
    with pytest.raises(PermissionDenied):
        look(OTHER)
    catalogue.reject(seen.id, actor=WRITER)
    assert catalogue.proposals(WRITER) == []


def test_a_folder_is_read_and_every_bad_file_told(tmp_path):
    (tmp_path / "a.csv").write_text(ROWS)
    (tmp_path / "bad.xlsx").write_bytes(b"PK")
    (tmp_path / "bad.csv").write_bytes(b"\xff\xff\xfe\x81")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "api.json").write_text(json.dumps({"data": {"rows": [{"a": 1, "b": {"c": 2}}, {"a": None}]}}))
    book = openpyxl.Workbook()
    book.active.append(["编号", None, "编号"])
    book.active.append(["1", "2", "3"])
    book.save(tmp_path / "book.xlsx")
    pyarrow.parquet.write_table(pyarrow.table({"n": [1, 2]}), tmp_path / "p.parquet")
    tables, problems = sensing.read(str(tmp_path))
    assert set(tables) == {"a", "api", "book", "p"} and len(problems) == 3
    assert tables["book"].column_names == ["编号", "column_2", "编号_3"]
    assert tables["a"].column("编号").to_pylist()[0] == "001"
    with pytest.raises(NotFound):
        sensing.read(str(tmp_path / "nothing"))
    with pytest.raises(sensing.UnreadableSource):
        sensing.read("http://127.0.0.1:9/nothing")
