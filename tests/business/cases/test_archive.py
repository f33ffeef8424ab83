"""One case, one package: signed, complete, readable, safe; and every way of spoiling it is found."""

import io
import json
import zipfile
from xml.etree import ElementTree

import pytest

from tests.business.cases.conftest import ARCHIVIST, CLERK, certificate, company, permit, staff, step
from yiwang.business.cases import api as cases
from yiwang.business.cases.errors import NotYours, WrongState

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.fixture
def done(agreements, city, mother):
    return cases.submit(certificate(city["newborn_mother"]), actor=mother)


@pytest.fixture
def package(done, mother):
    return cases.archive_package(done.id, actor=mother)


def verdict(package):
    return {one.name: one.passed for one in cases.check_package(package)}


def rebuilt(package, change):
    """The package with its members changed by a function."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_the_package_holds_everything_and_passes_the_four_checks(done, package):
    assert verdict(package) == {"真实性": True, "完整性": True, "可用性": True, "安全性": True}
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        names = set(archive.namelist())
        assert {"metadata.xml", "application.json", "facts.json", "process.json", "decisions.json", "licences.json", "log.json"} <= names
        assert any(name.startswith("documents/") for name in names)
        root = ElementTree.fromstring(archive.read("metadata.xml"))
        assert root.findtext("办件编号") == done.no and root.findtext("结果证照") == done.licences[0]
        log = [one["act"] for one in json.loads(archive.read("log.json"))]
    assert "case.submit" in log and "case.close" in log


def test_the_same_case_gives_the_same_package_and_archiving_seals_it(done, package, mother):
    with zipfile.ZipFile(io.BytesIO(package)) as one, zipfile.ZipFile(io.BytesIO(cases.archive_package(done.id, actor=mother))) as two:
        assert one.read("manifest.json") == two.read("manifest.json")
    view = step(done, "archive", staff("archivist", "health"))
    sealed = cases.archive_package(view.id, actor=mother)
    assert sealed == cases.archive_package(view.id, actor=staff("archivist", "health"))
    assert all(verdict(sealed).values())


SPOILT = {
    "a member changed": (lambda members: members.update({"facts.json": b"[]"}), "完整性"),
    "a member gone": (lambda members: members.pop("log.json"), "完整性"),
    "a member added": (lambda members: members.update({"extra.txt": b"x"}), "完整性"),
    "the manifest changed": (lambda members: members.update({"manifest.json": members["manifest.json"] + b" "}), "真实性"),
    "no signature": (lambda members: members.pop("manifest.sig"), "真实性"),
    "a foreign signature": (lambda members: members.update({"manifest.sig": b"0" * 70}), "真实性"),
    "broken json": (lambda members: members.update({"facts.json": b"{"}), "可用性"),
    "an entity": (lambda members: members.update({"metadata.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "可用性"),
    "a program": (lambda members: members.update({"materials/x": b"MZ\x90"}), "安全性"),
    "a way out": (lambda members: members.update({"../evil": b"x"}), "安全性"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_every_spoiling_is_found(package, name):
    change, check = SPOILT[name]
    assert verdict(rebuilt(package, change))[check] is False


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all", b"\x00" * 1000])
def test_what_is_no_package_fails_every_check(data):
    assert not any(verdict(data).values())


def test_only_ended_cases_and_only_those_who_may(agreements, owner, done):
    running = cases.submit(permit(owner), actor=company(owner))
    with pytest.raises(WrongState):
        cases.archive_package(running.id, actor=company(owner))
    with pytest.raises(NotYours):
        cases.archive_package(done.id, actor=staff("clerk", "health"))
    with pytest.raises(WrongState):
        step(running, "archive", ARCHIVIST)
    ended = step(running, "not_accept", CLERK, ground="no_licence_needed", reason="自用厨房不需要许可")
    assert step(ended, "archive", ARCHIVIST).state == "archived"
