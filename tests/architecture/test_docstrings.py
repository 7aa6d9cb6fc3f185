from __future__ import annotations

import ast
import doctest
import inspect
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from numpydoc.docscrape import NumpyDocString
from numpydoc.validate import validate

import autoskl
import autoskl.neural
import autoskl.optimizers
import autoskl.reports
import autoskl.space
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


def exports(*packages: ModuleType) -> dict[str, Any]:
    """Return the classes and functions that users import, by their dotted names."""
    return {
        f"{package.__name__}.{name}": thing
        for package in packages
        for name in package.__all__
        if inspect.isclass(thing := getattr(package, name)) or inspect.isfunction(thing)
    }


def methods(named: dict[str, Any]) -> Iterator[str]:
    """Yield the dotted names of the public methods that are defined here."""
    for name, thing in named.items():
        for attribute, member in inspect.getmembers(thing, inspect.isroutine):
            module = getattr(member, "__module__", None) or ""
            if inspect.isclass(thing) and is_public(attribute) and module.startswith("autoskl."):
                yield f"{name}.{attribute}"


def with_parameters(named: dict[str, Any]) -> list[str]:
    """Return the names of all but dataclasses and enumerations, which document attributes."""
    return [
        name
        for name, thing in named.items()
        if not is_dataclass(thing) and not (inspect.isclass(thing) and issubclass(thing, Enum))
    ]


COMPLETE = exports(autoskl, autoskl.reports, autoskl.space)
OTHERS = exports(autoskl.neural, autoskl.optimizers)
PUBLIC = COMPLETE | OTHERS


@pytest.mark.parametrize("name", [*with_parameters(COMPLETE), *methods(COMPLETE)])
def test_public_docstrings_keep_to_numpydoc(name: str) -> None:
    errors = [error for error in validate(name)["errors"] if error[0] in CHECKS]
    assert errors == []


@pytest.mark.parametrize("name", with_parameters(OTHERS))
def test_public_parameters_are_documented(name: str) -> None:
    errors = [error for error in validate(name)["errors"] if error[0] in CHECKS - {"RT01"}]
    assert errors == []


@pytest.mark.parametrize("name", [name for name in PUBLIC if is_dataclass(PUBLIC[name])])
def test_public_dataclasses_document_their_fields(name: str) -> None:
    told = section(inspect.getdoc(PUBLIC[name]) or "", "Attributes")
    assert told == [field.name for field in fields(PUBLIC[name])]


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
