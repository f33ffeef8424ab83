"""Every page of data officers and of the open portal in a real browser, phone and desktop: axe finds nothing, nothing juts out sideways."""

import pytest

from tests.whole.test_browser import Walker, browser  # noqa: F401

pytestmark = pytest.mark.browser
WIDTHS = [(390, 844), (1280, 900)]
OPEN = [
    "/data", "/data?q=公园", "/data/parks", "/data/population-by-age", "/data/insurance-microdata", "/data/cart", "/data/requests",
    "/data/gallery", "/data/social", "/data/licences", "/data/parks/feedback",
]  # fmt: skip
CATALOGUE = [
    "/office/", "/office/catalogue", "/office/catalogue/work", "/office/catalogue/look", "/office/catalogue/import",
    "/office/catalogue/duties", "/office/catalogue/elements", "/office/catalogue/elements/person.sex", "/office/catalogue/codes",
    "/office/catalogue/codes/sex", "/office/catalogue/resources/police.person", "/office/catalogue/resources/police.person/draft",
]  # fmt: skip
REST = [
    "/office/quality", "/office/quality/scoring", "/office/quality/person", "/office/quality/person/rules", "/office/corrections",
    "/office/lineage", "/office/lineage/person.name", "/office/sharing", "/office/sharing/new", "/office/sharing/traffic", "/office/intake",
    "/office/intake/tables", "/office/resolution", "/office/opening",
]  # fmt: skip


def pages(walker, paths):
    for path in paths:
        walker.open(path)
        wide = walker.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not wide, f"{path} is wider than its window"
    assert walker.foreign == []


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_a_stranger_at_the_open_portal(browser, site, width, height):  # noqa: F811
    pages(Walker(browser, site, width=width, height=height), OPEN)


@pytest.mark.parametrize(("width", "height"), WIDTHS)
@pytest.mark.parametrize("paths", [CATALOGUE, REST], ids=["catalogue", "rest"])
def test_a_data_officer_at_the_desk(browser, site, width, height, paths):  # noqa: F811
    walker = Walker(browser, site, width=width, height=height)
    walker.sign_in("police.data", site.password)
    pages(walker, paths)


def test_the_data_bureau_and_the_reviewer(browser, site):  # noqa: F811
    for name, paths in (
        ("city.data", ["/office/", "/office/quality/scoring", "/office/opening/offers", "/office/opening/sets/matters"]),
        ("city.catalogue", ["/office/", "/office/catalogue/work"]),
    ):
        walker = Walker(browser, site)
        walker.sign_in(name, site.password)
        pages(walker, paths)
