"""A name in the description of the API means one shape, whoever declares it."""

import ast
from collections import Counter
from pathlib import PurePosixPath

from .house import sources

ROUTES = PurePosixPath("yiwang/ends/gateway/routes")


def test_no_two_classes_of_the_routes_share_a_name():
    names = Counter(
        node.name
        for path, tree in sources().items()
        if PurePosixPath(path).parent == ROUTES
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    )
    assert len(names) > 30
    assert not [name for name, times in names.items() if times > 1]


def test_the_whole_description_gives_every_shape_its_own_name():
    """The description refuses a second shape under a name (``describing.TwoShapes``); values of rooms are named by their room."""
    import yiwang.ends.gateway.urls  # noqa: F401
    from yiwang.ends.gateway.calls import api

    shapes = api.get_openapi_schema(path_prefix="api/v1/")["components"]["schemas"]
    assert {"matters.Question", "cases.StepView", "decisions.TableLine"} <= set(shapes)
    assert not [name for name in shapes if "__" in name]
