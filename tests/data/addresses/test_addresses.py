"""Addresses: the file format, training, labelling line for line, standard form, divisions filled in, bulk."""

import json
from pathlib import Path

import pyarrow as pa
import pytest

from tests.data.addresses import invented
from yiwang.data.addresses import api as addresses
from yiwang.data.addresses import grammar, standard
from yiwang.data.addresses.model import load
from yiwang.data.addresses.scoring import entities, score
from yiwang.data.addresses.sentences import sentences, split
from yiwang.data.addresses.training import Member, train
from yiwang.ends.cli.main import main


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("addresses")
    invented.write(folder / "train.txt", 150, 1)
    invented.write(folder / "dev.txt", 40, 2)
    train(folder / "train.txt", folder / "m", members=(Member(0.1, 0.1, 30), Member(0.0, 0.3, 20, ("w",))))
    return folder


def test_training_and_strict_scores(trained):
    whole, labels = addresses.evaluate(trained / "dev.txt", model=trained / "m")
    assert whole.f1 > 0.98
    assert labels["road"].recall > 0.95
    assert load(trained / "m").about["addresses"] == 150


def test_the_rules_answer_without_a_model(trained):
    whole, _ = addresses.evaluate(trained / "dev.txt", model=None)
    assert whole.f1 > 0.8


def test_labelling_repeats_characters_order_and_empty_lines(trained):
    source, target = trained / "in.txt", trained / "out.txt"
    source.write_bytes("\ufeff\r\n云\r\n汀 O\r\n市\r\n\r\n\r\n石\n桥\n路\t\n12 B-x\n号\n".encode())
    assert addresses.label(trained / "m", source, target) == 2
    rows = target.read_text("utf8").split("\n")
    assert [row.rpartition(" ")[0] for row in rows] == ["", "云", "汀", "市", "", "", "石", "桥", "路", "12", "号", ""]
    assert rows[1:4] == ["云 B-city", "汀 I-city", "市 I-city"]


def test_labels_are_valid_bio_whatever_comes(trained):
    model = load(trained / "m")
    from yiwang.data.addresses.features import features

    for text in ("号号号", "#", "1", "市" * 300, "a1b2-_。龘𠮷\u2028x"):
        characters = split(text)
        tags = model.label([features(characters), []])[0]
        assert len(tags) == len(characters)
        before = "O"
        for tag in tags:
            assert not tag.startswith("I-") or before[2:] == tag[2:]
            before = tag


@pytest.mark.parametrize(
    ("content", "line", "word"),
    [
        (b"\xe8\xb7\xaf B-road\n\xff B-road\n", 2, "UTF-8"),
        ("路 B-road\n号\n".encode(), 2, "没有标签"),
        ("路 S-road\n".encode(), 1, "BIO"),
        ("路 B-road\n北 京 路\n".encode(), 2, "看不懂"),
        (b"\n\n", 2, "没有地址"),
        (b"", 0, "没有地址"),
        (("路 B-road\n" * 600).encode(), 513, "空一行"),
    ],
)
def test_a_bad_file_is_named_with_its_line(tmp_path, content, line, word):
    (tmp_path / "bad.txt").write_bytes(content)
    with pytest.raises(addresses.BadAddressFile) as refused:
        addresses.train(tmp_path / "bad.txt", tmp_path / "m")
    assert f"第 {line} 行" in refused.value.message
    assert word in refused.value.message
    assert not (tmp_path / "m").exists()


def test_a_file_that_breaks_off_leaves_no_output(trained, tmp_path):
    (tmp_path / "in.txt").write_bytes("路\n".encode() + b"\xff\n")
    with pytest.raises(addresses.BadAddressFile):
        addresses.label(trained / "m", tmp_path / "in.txt", tmp_path / "out.txt")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in.txt"]


def test_no_model_and_no_file(trained, tmp_path):
    with pytest.raises(addresses.NoAddressFile):
        addresses.evaluate(trained / "dev.txt", model=tmp_path / "none")
    for content in (b"hello", (trained / "m").read_bytes()[:2000]):
        (tmp_path / "m").write_bytes(content)
        with pytest.raises(addresses.BadAddressModel):
            addresses.evaluate(trained / "dev.txt", model=tmp_path / "m")
    with pytest.raises(addresses.NoAddressFile):
        addresses.label(None, tmp_path / "none", tmp_path / "out")


def test_entities_as_conlleval_reads_them():
    assert entities(["I-a", "I-a", "B-a", "I-b", "O", "B-b"]) == {(0, 2, "a"), (2, 3, "a"), (3, 4, "b"), (5, 6, "b")}
    whole, labels = score([(["B-a", "I-a", "B-b"], ["B-a", "I-a", "B-a"])])
    assert (whole.right, whole.extra, whole.missed) == (1, 1, 1)
    assert labels["b"].f1 == 0.0


def test_standard_form_fills_in_what_is_settled():
    parts = addresses.parse("航标街道灯塔社区灯塔路12#3幢二单元十二层1502")
    assert parts.standard == "云汀市新港区航标街道灯塔社区灯塔路12号3栋2单元12楼1502室"
    assert (parts.code, parts.filled, parts.how) == ("990104002", ("city", "district"), "grammar")
    assert [one.name for one in addresses.division(parts.code)] == ["云汀市", "新港区", "航标街道"]


def test_what_is_not_settled_stays_open():
    parts = addresses.parse("河东区柳岸街7号")
    assert parts.code == ""
    assert "990102" in parts.candidates
    assert parts.city == ""


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"province": "浙江", "city": "杭州", "district": "西湖"}, "330106"),
        ({"city": "义乌"}, "330782"),
        ({"province": "北京", "district": "东城区"}, "110101"),
        ({"city": "云汀", "town": "盐田镇"}, "990104100"),
        ({"city": "杭州市", "district": "不存在区"}, "330100"),
        ({"province": "广东省", "district": "西湖区"}, "440000"),
        ({"province": "台湾"}, "710000"),
        ({}, ""),
    ],
)
def test_divisions_are_settled_by_the_table(given, code):
    assert standard.settle(given)[0].get("code", "") == code


@pytest.mark.parametrize(("text", "wanted"), [("12号 ABC", "12号ABC"), ("7#", "7号"), ("3—4", "3-4"), ("\u200b路\n\t", "路")])
def test_clean(text, wanted):
    assert standard.clean(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"), [("十二栋", "12栋"), ("二十楼", "20楼"), ("一百零三号", "103号"), ("三元桥", "三元桥"), ("六〇一室", "601室")]
)
def test_arabic(text, wanted):
    assert standard.arabic(text) == wanted


def test_a_column_keeps_its_length_and_reports_what_is_too_long(trained):
    column = pa.chunked_array([["云汀市河东区临江街道望江路5号", None], ["路" * 600, ""]])
    table = addresses.parse_column(column, model=trained / "m")
    assert table.num_rows == 4
    assert table["road"].to_pylist() == ["望江路", "", "", ""]
    assert "512" in table["rest"][2].as_py()
    assert table["how"][0].as_py() == "model"


def test_too_long_a_text_is_refused():
    with pytest.raises(addresses.AddressTooLong):
        addresses.parse("路" * 513)


def test_commands(trained, capsys, tmp_path):
    assert main(["data", "addresses", "evaluate", "--model", str(trained / "m"), "--input", str(trained / "dev.txt"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["all"]["f1"] > 0.98
    assert main(["data", "addresses", "evaluate", "--input", str(trained / "dev.txt")]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("all")
    out = str(tmp_path / "o.txt")
    assert main(["data", "addresses", "label", "--model", str(trained / "m"), "--input", str(trained / "dev.txt"), "--output", out]) == 0
    assert len(sentences(Path(out))) == 40
    assert main(["data", "addresses", "label", "--input", str(tmp_path / "none"), "--output", out]) == 2
    assert "none" in capsys.readouterr().err
    assert main(["data", "addresses", "parse", "河东区临江街道 5#"]) == 0
    assert '"990102001"' in capsys.readouterr().out


def test_every_character_gets_a_tag_by_the_rules():
    for text in ("12345", "-", "A座5-6", "国际商贸城55号门10楼", "路路路"):
        characters = split(text)
        assert len(grammar.label(characters)) == len(characters)
