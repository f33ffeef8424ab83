"""Identifiers: the worked examples of the standards, every wrong place named, and what is made is right."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.standards.errors import YiwangError
from yiwang.standards.identifiers import credit_code, division, id_card, licence_id, matter_code, mobile, organisation_code
from yiwang.standards.identifiers.errors import BadIdentifier

DIVISIONS = frozenset({"990100", "990102", "990103", "110105", "440524"})
LICENCE = "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U"


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_worked_examples_of_id_cards(number):
    assert id_card.is_valid(number)
    assert id_card.parse(number).number == number


def test_an_id_card_is_taken_apart():
    card = id_card.parse(" 11010519491231002x ")
    assert (card.number, card.division, card.birth, card.sequence, card.sex) == (
        "11010519491231002X", "110105", date(1949, 12, 31), "002", id_card.Sex.FEMALE,
    )  # fmt: skip
    assert card.kind is id_card.Kind.RESIDENT
    assert card.age(date(2026, 12, 30)) == 76
    assert card.age(date(2026, 12, 31)) == 77
    assert card.masked == "110*************2X"


def test_fifteen_digits_become_eighteen():
    card = id_card.parse("110105491231002")
    assert card.number == "11010519491231002X"
    assert id_card.is_valid("110105491231002")


def test_full_width_digits_and_blanks_are_forgiven():
    assert id_card.parse("１１０１０５ １９４９１２３１ ００２Ｘ").number == "11010519491231002X"
    assert id_card.is_valid("11010519491231002x")


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("", 0, "没有填写"),
        ("1101051949123100", 0, "现在是 16 位"),
        ("1101051949123100a2", 17, "数字"),
        ("110105194912310021", 18, "校验码"),
        ("110105194913310021", 7, "不是真实的日期"),
    ],
)
def test_a_wrong_id_card_says_where(text, position, says):
    with pytest.raises(BadIdentifier) as refusal:
        id_card.parse(text)
    assert refusal.value.details["position"] == position
    assert says in refusal.value.message
    assert not id_card.is_valid(text)
    assert isinstance(refusal.value, YiwangError)
    assert refusal.value.status == 422


def test_a_birth_date_must_be_real_and_past():
    body = "11010519490231002"
    wrong = body + id_card.check_character(body)
    assert not id_card.is_valid(wrong)
    with pytest.raises(BadIdentifier, match="不是真实的日期"):
        id_card.parse(wrong)
    newborn = id_card.make("990102", date(2026, 9, 1), 1)
    assert id_card.is_valid(newborn, today=date(2026, 9, 1))
    assert not id_card.is_valid(newborn, today=date(2026, 8, 31))
    with pytest.raises(BadIdentifier, match="晚于今天"):
        id_card.parse(newborn, today=date(2026, 8, 31))


def test_divisions_are_checked_only_against_a_given_table():
    number = id_card.make("990102", date(2001, 1, 1), 1)
    assert id_card.parse(number).division == "990102"
    assert id_card.parse(number).kind is id_card.Kind.RESIDENT
    assert id_card.is_valid(number, divisions=DIVISIONS)
    assert not id_card.is_valid(number, divisions={"110105"})
    with pytest.raises(BadIdentifier, match="不在行政区划表中"):
        id_card.parse(number, divisions={"110105"})


@pytest.mark.parametrize(
    ("prefix", "kind"), [("810000", "hk_mo_tw_permit"), ("911840", "foreign_permanent"), ("999840", "foreign_permanent")]
)
def test_cards_of_the_same_build(prefix, kind):
    card = id_card.parse(id_card.make(prefix, date(1990, 5, 6), 7), divisions={"810000"})
    assert card.kind == kind
    if kind == "foreign_permanent":
        assert card.nationality == "840"
        assert card.division == prefix[1:3] + "0000"


@given(st.sampled_from(sorted(DIVISIONS)), st.dates(date(1880, 1, 1), date(2026, 1, 1)), st.integers(0, 999))
def test_what_is_made_is_right_and_one_wrong_digit_is_found(place, birth, sequence):
    number = id_card.make(place, birth, sequence)
    card = id_card.parse(number)
    assert (card.birth, card.division, int(card.sequence)) == (birth, place, sequence)
    assert (card.sex is id_card.Sex.MALE) == (sequence % 2 == 1)
    for index in range(17):
        other = number[:index] + str((int(number[index]) + 1) % 10) + number[index + 1 :]
        assert not id_card.is_valid(other)


@pytest.mark.parametrize(
    "code", ["914403001922038216", "91330100799655058B", "11100000000013338W", "12441500196720244T", "91350100M000100Y43"]
)
def test_worked_examples_of_credit_codes(code):
    assert credit_code.is_valid(code)
    parsed = credit_code.parse(code.lower())
    assert parsed.code == code
    assert parsed.authority_name
    assert organisation_code.is_valid(parsed.organisation)


def test_the_check_of_a_credit_code_wraps_to_zero():
    codes = [credit_code.make("9", "1", "990102", f"{number:08d}") for number in range(200)]
    assert any(code.endswith("0") for code in codes)
    assert all(credit_code.is_valid(code, divisions=DIVISIONS) for code in codes)


@pytest.mark.parametrize(
    ("text", "position"),
    [("914403001922038215", 18), ("91440300192203821", 0), ("9144O3001922038216", 5), ("91A403001922038216", 3), ("I14403001922038216", 1)],
)
def test_a_wrong_credit_code_says_where(text, position):
    with pytest.raises(BadIdentifier) as refusal:
        credit_code.parse(text)
    assert refusal.value.details["position"] == position
    assert not credit_code.is_valid(text)


def test_a_credit_code_with_a_wrong_organisation_part():
    body = "9144030019220382A"
    code = body + credit_code.check_character(body)
    assert not credit_code.is_valid(code)
    with pytest.raises(BadIdentifier, match="组织机构代码"):
        credit_code.parse(code)
    assert not credit_code.is_valid("914403001922038216", divisions=DIVISIONS)
    with pytest.raises(BadIdentifier, match="行政区划表"):
        credit_code.parse("914403001922038216", divisions=DIVISIONS)


@pytest.mark.parametrize("code", ["00001333-8", "19220382-1", "MB285591-8"])
def test_worked_examples_of_organisation_codes(code):
    assert organisation_code.parse(code).written == code
    assert organisation_code.make(code[:8]) == code.replace("-", "")
    assert not organisation_code.is_valid(code[:9] + ("1" if code[9] != "1" else "2"))


def test_division_codes():
    street = division.parse("990102001")
    assert (street.province, street.city, street.county, street.township) == ("990000", "990100", "990102", "990102001")
    assert street.level is division.Level.TOWNSHIP
    assert street.ancestors == ("990000", "990100", "990102")
    assert street.kind_name == "街道"
    assert division.parse("990100").level is division.Level.CITY
    assert division.parse("990100").ancestors == ("990000",)
    assert division.parse("990102").kind_name == "市辖区"
    assert division.parse("330681").kind_name == "县级市"
    assert division.parse("110101001001").level is division.Level.VILLAGE
    assert division.parse("110101001001").kind_name == "居民委员会"
    assert division.parse("000000").level is division.Level.STATE
    assert division.make(99, 1, 2, 1) == "990102001"
    assert division.make(99, 1, 2, 1, 205) == "990102001205"


def test_a_division_covers_what_lies_in_it():
    assert division.covers("990100", "990102")
    assert division.covers("990102", "990102001")
    assert division.covers("990102", "990102001000")
    assert division.covers("990102", "990102")
    assert division.covers("000000", "990102")
    assert not division.covers("990102", "990103")
    assert not division.covers("990102", "990100")


@pytest.mark.parametrize(("text", "position"), [("99010", 0), ("99a100", 3), ("990002", 5), ("990100001", 7), ("990102000001", 10)])
def test_a_wrong_division_code_says_where(text, position):
    with pytest.raises(BadIdentifier) as refusal:
        division.parse(text)
    assert refusal.value.details["position"] == position
    assert not division.is_valid(text)


def test_a_division_outside_the_given_table():
    assert division.is_valid("990102", table=DIVISIONS)
    with pytest.raises(BadIdentifier, match="行政区划表"):
        division.parse("990104", table=DIVISIONS)


def test_worked_examples_of_implementing_codes():
    code = matter_code.parse_implementing("12441500196720244T3442199806003")
    assert (code.organisation, code.level, code.basic) == ("12441500196720244T", 3, "442199806003")
    basic = matter_code.parse_basic(matter_code.parse_implementing("11370800MB285591843370117002011").basic)
    assert (basic.source, basic.type, basic.department, basic.item, basic.sub_item) == ("37", "01", "17", "002", "011")


def test_codes_of_matters_are_made_and_read():
    basic = matter_code.make_basic("99", "05", "01", 1)
    implementing = matter_code.make_implementing("12441500196720244T", 3, basic)
    handling = matter_code.make_handling(implementing, 7)
    assert [len(code) for code in (basic, implementing, handling)] == [12, 31, 33]
    assert all(matter_code.is_valid(code) for code in (basic, implementing, handling))
    parsed = matter_code.parse(handling)
    assert isinstance(parsed, matter_code.HandlingCode)
    assert (parsed.implementing, parsed.sequence) == (implementing, 7)
    number = matter_code.make_case_number(implementing, date(2026, 11, 21), 12)
    assert len(number) == 43
    assert number.endswith("202611210012")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("12441500196720244X3442199806003", "第 18 位"),
        ("12441500196720244T8442199806003", "第 19 位"),
        ("12441500196720244T344219980600A", "第 31 位"),
        ("12441500196720244T344219980600300", "第 32 位"),
        ("1234", "应为 12 或 31 或 33 位"),
    ],
)
def test_a_wrong_matter_code_says_where(text, says):
    with pytest.raises(BadIdentifier, match=says):
        matter_code.parse(text)
    assert not matter_code.is_valid(text)


def test_an_implementing_code_must_hold_its_basic_code():
    with pytest.raises(BadIdentifier, match="基本编码"):
        matter_code.parse_implementing("12441500196720244T3442199806003", basic="442199806004")


def test_case_numbers_are_at_most_fifty():
    assert matter_code.parse_case_number("A" * 50) == "A" * 50
    for wrong in ("", "A" * 51, "办件1"):
        with pytest.raises(BadIdentifier):
            matter_code.parse_case_number(wrong)


def test_worked_example_of_a_licence_identifier():
    parsed = licence_id.parse(LICENCE)
    assert (parsed.type, parsed.issuer, parsed.serial, parsed.version, parsed.check) == (
        "11100000000013338W011", "11430000006122244L", "20230000403", "001", "U",
    )  # fmt: skip
    assert licence_id.make(parsed.type, parsed.issuer, parsed.serial) == LICENCE


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (LICENCE[:-1] + "V", "校验位"),
        (LICENCE.replace("403.001", "404.001"), "校验位"),
        (LICENCE.replace(".001", ""), "5 段"),
        ("2.2.3", "根码"),
        (LICENCE.replace("11430000006122244L", "11430000006122244K"), "颁发机构"),
        (LICENCE.replace("20230000403", "1" * 33), "流水号"),
        (LICENCE.replace(".001.", ".01.", 1), "版本号"),
    ],
)
def test_a_wrong_licence_identifier_says_why(text, says):
    with pytest.raises(BadIdentifier, match=says):
        licence_id.parse(text)
    assert not licence_id.is_valid(text)


def test_mobile_numbers():
    assert mobile.parse("+86 139-0013-8000").number == "13900138000"
    assert mobile.parse("13900138000").masked == "139****8000"
    assert mobile.is_valid("13900138000")
    assert mobile.make("199", 42) == "19900000042"
    for wrong in ("", "12900138000", "1390013800", "23900138000", "1390013800a"):
        assert not mobile.is_valid(wrong)
    with pytest.raises(BadIdentifier, match="第 2 位"):
        mobile.parse("12900138000")


@given(st.text(max_size=40))
def test_nonsense_is_refused_and_never_breaks(text):
    for room in (id_card, credit_code, organisation_code, division, matter_code, licence_id, mobile):
        try:
            room.parse(text)
        except BadIdentifier:
            assert not room.is_valid(text)
        else:
            assert room.is_valid(text)
