from __future__ import annotations

import ast
import doctest
import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from numpydoc.docscrape import NumpyDocString
from numpydoc.validate import validate

import autoskl
from tests.architecture.sources import FILES, Function, is_public, module_of, name_of, tree_of

CHECKS = {
    "GL03",  # two blank lines in a row
    "GL07",  # sections in the wrong order
    "GL08",  # no docstring
    "SS03",  # summary without a full stop
    "PR01",  # parameter not documented
    "PR02",  # documented parameter that does not exist
    "PR03",  # parameters in the wrong order
    "PR04",  # parameter without a type
    "PR10",  # no space before the colon
    "RT01",  # return value not documented
}


def public_objects() -> Iterator[str]:
    """Yield the dotted names of what users import, and of the methods defined here."""
    for name in autoskl.__all__:
        thing = getattr(autoskl, name)
        if not inspect.isclass(thing):
            continue
        yield f"autoskl.{name}"
        for attribute, member in inspect.getmembers(thing, inspect.isfunction):
            if is_public(attribute) and member.__module__.startswith("autoskl."):
                yield f"autoskl.{name}.{attribute}"


@pytest.mark.parametrize("name", list(public_objects()))
def test_public_docstrings_keep_to_numpydoc(name: str) -> None:
    errors = [error for error in validate(name)["errors"] if error[0] in CHECKS]
    assert errors == []


@pytest.mark.parametrize("name", [n for n in autoskl.__all__ if is_public(n)])
def test_public_classes_show_an_example(name: str) -> None:
    assert ">>> " in (inspect.getdoc(getattr(autoskl, name)) or "")


WITH_EXAMPLES = [path for path in FILES if ">>> " in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=name_of)
def test_examples_in_docstrings_are_true(path: Path) -> None:
    assert doctest.testmod(import_module(module_of(path))).failed == 0


def documented(tree: ast.Module) -> Iterator[tuple[str, ast.ClassDef | Function]]:
    """Yield the public classes, functions and methods of a module."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef | Function) and is_public(node.name):
            yield node.name, node
            if isinstance(node, ast.ClassDef):
                for member in node.body:
                    if isinstance(member, Function) and is_public(member.name):
                        yield f"{node.name}.{member.name}", member


def parameters(node: ast.ClassDef | Function) -> list[str] | None:
    """Return the parameters in order, None for a class whose constructor is generated."""
    if isinstance(node, ast.ClassDef):
        found = [m for m in node.body if isinstance(m, Function) and m.name == "__init__"]
        return parameters(found[0]) if found else None
    a = node.args
    names = [arg.arg for arg in [*a.posonlyargs, *a.args]]
    names += [f"*{a.vararg.arg}"] if a.vararg else []
    names += [arg.arg for arg in a.kwonlyargs]
    names += [f"**{a.kwarg.arg}"] if a.kwarg else []
    return [name for name in names if name not in ("self", "cls")]


def section(text: str, title: str) -> list[str]:
    """Return the names that a section of a docstring documents."""
    return [name.strip() for entry in NumpyDocString(text)[title] for name in entry.name.split(",")]


def test_documented_parameters_are_the_real_ones() -> None:
    wrong = {}
    for path in FILES:
        for name, node in documented(tree_of(path)):
            text, real = ast.get_docstring(node), parameters(node)
            if text is None or real is None:
                continue
            told = section(text, "Parameters")
            if told and told != real:
                wrong[f"{name_of(path)}:{name}"] = {"documented": told, "real": real}
    assert wrong == {}


def test_everything_public_has_a_docstring() -> None:
    trees = {name_of(path): tree_of(path) for path in FILES}
    bare = [name for name, tree in trees.items() if not ast.get_docstring(tree)]
    bare += [
        f"{file}:{name}"
        for file, tree in trees.items()
        for name, node in documented(tree)
        if not ast.get_docstring(node)
    ]
    assert bare == []
