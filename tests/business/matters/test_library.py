"""The built-in library is complete, consistent and honest."""

from __future__ import annotations

import json

import pytest

from yiwang.business.matters import api as matters
from yiwang.business.matters import queries, reading
from yiwang.data.catalogue import api as catalogue
from yiwang.standards.identifiers import credit_code, matter_code

LIBRARY = matters.library()
LIFE_EVENTS = ("newborn", "retirement", "restaurant", "company_change", "school_enrolment")


def test_there_are_at_least_sixty_over_all_departments() -> None:
    assert len(LIBRARY) >= 60
    assert {version.department for version in LIBRARY} == set(queries.departments())
    assert {version.kind for version in LIBRARY} >= {"01", "05", "07", "10", "20"}
    assert len({version.code for version in LIBRARY}) == len({version.short for version in LIBRARY}) == len(LIBRARY)


@pytest.mark.parametrize("version", LIBRARY, ids=lambda version: version.short)
def test_every_matter_keeps_every_rule(version: matters.MatterVersion) -> None:
    assert matters.check(version) == []
    assert version.faqs and version.synonyms and len(version.synonyms) >= 5
    assert version.conditions and version.fields and version.summary and version.name_en
    code = matter_code.parse_implementing(version.code, basic=version.basic_code)
    assert credit_code.is_valid(code.organisation) and version.basic_code.startswith("99")
    assert reading.to_record(reading.from_record(reading.to_record(version))) == reading.to_record(version)


def test_the_form_of_every_matter_can_be_read_by_the_forms_room() -> None:
    from yiwang.support.forms import api as forms

    for version in LIBRARY:
        for answers in ({}, *({question.key: option.value} for question in version.questions for option in question.options)):
            narrowed = matters.narrow(version, answers)
            assert len(forms.fields_from_json(list(narrowed.fields))) == len(narrowed.fields)


def test_every_licence_kind_that_a_matter_issues_is_named_once_and_replaces_materials() -> None:
    issued = {version.result.licence_kind for version in LIBRARY if version.result.kind == "licence"}
    wanted = {material.licence_kind for version in LIBRARY for material in version.materials if material.licence_kind}
    assert "" not in issued
    assert {"birth_certificate", "household_register", "business_licence", "id_card"} <= issued & wanted


def test_elements_exist_and_newborn_needs_little_from_the_parents() -> None:
    fields: dict[object, bool] = {}
    materials: dict[str, bool] = {}
    for version in LIBRARY:
        assert all(catalogue.known(code) for code in matters.elements_of(version))
        if version.short.startswith("newborn."):
            for one in version.fields:
                fields[(one["element"], one["subject"]) if one["element"] else one["key"]] = bool(one["element"])
            for material in version.materials:
                materials[material.key] = bool(material.elements or material.licence_kind)
    assert sum(fields.values()) / len(fields) >= 0.80
    assert sum(materials.values()) / len(materials) >= 0.763
    assert not materials["hospital_invoice"] and not fields["child_name"]


def test_every_automatic_decision_of_the_life_events_has_a_table() -> None:
    for version in LIBRARY:
        if version.short.startswith(LIFE_EVENTS) and version.decision_mode == "instant":
            assert (reading.DECISIONS / version.decision_table).is_file(), version.short


def test_the_guide_narrows_by_answers_and_says_how_materials_are_obtained() -> None:
    version = next(one for one in LIBRARY if one.short == "newborn.household_registration")
    open_guide = matters.guide(version)
    mother = matters.guide(version, {"household_follow": "mother", "married": "no", "father_recorded": "no"})
    assert {one.material.key for one in mother.materials} == {"birth_certificate", "household_register_mother", "mother_id_card"}
    assert len(mother.materials) < len(open_guide.materials) and mother.fields_total < open_guide.fields_total
    assert mother.materials_asked == 0 and "不用您提交" in mother.materials[0].obtained
    assert len(mother.notes) == 2 and mother.case_kind_name == "即办件" and mother.kind_name == "行政确认"
    assert mother.reconsideration.limit and mother.litigation.limit and mother.legal_bases[0].article == "第七条"
    with pytest.raises(Exception, match="随母亲落户"):
        matters.guide(version, {"household_follow": "neighbour"})


def test_what_an_option_adds_is_absent_until_chosen() -> None:
    version = next(one for one in LIBRARY if one.short == "retirement.approval")
    assert "special_work" not in {one.key for one in matters.narrow(version, {}).materials}
    assert "special_work" in {one.key for one in matters.narrow(version, {"path": "special"}).materials}
    assert [question.key for question in matters.narrow(version, {}).open_questions] == ["path"]


def test_check_names_each_broken_rule() -> None:
    good = reading.to_record(next(one for one in LIBRARY if one.short == "restaurant.food_permit"))
    broken: dict[str, dict[str, object]] = {
        "mandatory": {"legal_bases": []},
        "codes": {"basic_code": "990708001000"},
        "instant": {"promised_limit": "即办"},
        "limits": {"promised_limit": "30工作日"},
        "result": {"result": {"kind": "other", "name": "食品经营许可证"}},
        "visits": {"visits": 1},
        "fees": {"pays_online": True},
        "phones": {"complaint": good["contact"]},
        "themes": {"themes": ["生育收养"]},
        "permit": {"flow": good["flow"][:3]},
        "materials": {"materials": [{"key": "x", "name": "其他相关材料"}]},
        "elements": {"fields": [{"key": "x", "label": "某", "element": "person.shoe_size"}]},
        "questions": {"questions": [{"key": "q", "text": "?", "options": [{"value": "a", "label": "甲", "drops": ["nothing"]}]}]},
        "decision": {"decision_mode": "instant", "decision_table": "nowhere.dmn"},
        "entrusted": {"department_kind": "3"},
        "readable": {"materials": [{"nonsense": 1}]},
    }
    for rule, change in broken.items():
        found = matters.check({**good, **change})
        assert rule in {finding.rule for finding in found}, rule
        assert all(finding.message for finding in found)
    assert matters.check(good) == []


def test_legal_bases_are_cited_by_law_and_article() -> None:
    for version in LIBRARY:
        for basis in version.legal_bases:
            assert basis.law and basis.article.startswith("第") and basis.article.endswith("条") and len(basis.text) <= 60


def test_cited_articles_exist_where_the_law_is_at_hand(shared_data: object) -> None:
    """Every citation whose law is in the shared collection names an article that the law has."""
    from pathlib import Path

    folder = Path(str(shared_data)) / "laws" / "md"
    files: dict[str, list[Path]] = {}
    for path in folder.rglob("*.md"):
        files.setdefault(path.name.split("(")[0].removesuffix(".md"), []).append(path)
    missing, found = [], 0
    for version in LIBRARY:
        for basis in version.legal_bases:
            if basis.law not in files:
                continue
            text = "\n".join(path.read_text(encoding="utf-8") for path in files[basis.law])
            number = basis.article[1:-1]
            if f"\n{basis.article}" in text or f"\n{number}、" in text or f"**{basis.article}" in text:
                found += 1
            else:
                missing.append(f"{version.short}: {basis}")
    assert missing == [] and found > 100


def test_library_files_are_short_forms_in_canonical_writing() -> None:
    for path in reading.library_files():
        text = path.read_text(encoding="utf-8")
        data = json.loads(text)
        assert path.stem == data["short"] and text == json.dumps(data, ensure_ascii=False, indent=2) + "\n"
