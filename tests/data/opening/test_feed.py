"""The feed conforms to DCAT-AP and says the same in both writings."""

import json

import pytest

from tests.data.opening.conftest import open_set
from yiwang.data.opening import api as opening
from yiwang.data.opening import definitions

pytestmark = [
    pytest.mark.django_db(databases=["default", "registers"]),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # rdflib's own
]


SHAPES = ("shapes.ttl", "range.ttl", "mdr-vocabularies.shape.ttl", "shapes_recommended.ttl")


def feed(form, **how):
    return opening.feed(form, base="https://data.example.org", site="云汀市", department=lambda code: (f"{code}局", code), **how)


@pytest.fixture
def several(parks, city):
    for code in ("bus-stops", "companies-by-industry", "insurance-microdata"):
        open_set(code)


@pytest.mark.parametrize(("how", "names"), [({}, SHAPES), ({"valued": True}, SHAPES), ({"valued": True}, ("hvd-SHACL.ttl",))])
def test_the_feed_conforms(several, shared_vectors, how, names):
    pyshacl = pytest.importorskip("pyshacl")
    import rdflib

    folder = shared_vectors / "dcat_ap"
    if not folder.is_dir():
        pytest.skip("the DCAT-AP shapes are absent")
    shapes = rdflib.Graph()
    for name in names:
        shapes.parse(folder / name, format="turtle")
    for form, kind in (("ttl", "turtle"), ("jsonld", "json-ld")):
        data = rdflib.Graph().parse(data=feed(form, **how), format=kind)
        conforms, _, text = pyshacl.validate(data, shacl_graph=shapes, advanced=True, allow_warnings=True)
        assert conforms, text[:3000]


def test_both_writings_say_the_same(several):
    rdflib = pytest.importorskip("rdflib")
    from rdflib.compare import isomorphic

    one = rdflib.Graph().parse(data=feed("ttl"), format="turtle")
    two = rdflib.Graph().parse(data=feed("jsonld"), format="json-ld")
    assert len(one) > 300 and isomorphic(one, two)
    assert json.loads(feed("jsonld"))["@type"] == ["dcat:Catalog"]


def test_an_empty_portal_has_a_feed(db):
    assert "dcat:Catalog" in feed("ttl")


def test_only_sets_of_high_value_stand_in_their_feed(several):
    told = json.loads(feed("jsonld", valued=True))
    found = {one["dct:identifier"]["@value"]: one["dcatap:hvdCategory"]["@id"] for one in told["dcat:dataset"]}
    assert set(found) == {"parks", "bus-stops", "companies-by-industry"} and found["bus-stops"].endswith("c_b79e35eb")
    assert "insurance-microdata" in feed("jsonld") and "insurance-microdata" not in feed("jsonld", valued=True)
    known = opening.words()["high_value"]
    assert set(known["sets"].values()) <= set(known["categories"]) and set(known["sets"]) <= set(definitions.load())
