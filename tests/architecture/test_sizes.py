from __future__ import annotations

import ast

from tests.architecture.sources import (
    FILES,
    Function,
    classes,
    functions,
    is_public,
    name_of,
    tree_of,
)

FILE_LINES = 400
BODY_LINES = 50
PUBLIC_METHODS = 15


def body_lines(function: Function) -> int:
    """Return the lines from the first statement after the docstring to the last one."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_files_are_short() -> None:
    lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in FILES}
    assert {name: n for name, n in lengths.items() if n > FILE_LINES} == {}


def test_functions_are_short() -> None:
    lengths = {
        f"{name_of(path)}:{function.name}": body_lines(function)
        for path in FILES
        for function in functions(tree_of(path))
    }
    assert {name: n for name, n in lengths.items() if n > BODY_LINES} == {}


def test_classes_have_few_public_methods() -> None:
    widths = {
        f"{name_of(path)}:{c.name}": sum(
            isinstance(member, Function) and is_public(member.name) for member in c.body
        )
        for path in FILES
        for c in classes(tree_of(path))
    }
    assert {name: n for name, n in widths.items() if n > PUBLIC_METHODS} == {}


def test_a_long_body_is_counted_without_its_docstring() -> None:
    function = next(
        functions(ast.parse('def f():\n    """A.\n\n    B.\n    """\n    a = 1\n\n    b'))
    )
    assert body_lines(function) == 3
