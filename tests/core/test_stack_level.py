from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autoskl.core.stack_level import user_stack_level


def caller(module: str) -> Callable[[Callable[[], int]], int]:
    """Return a function of a module that calls another."""
    namespace: dict[str, Any] = {"__name__": module}
    exec("def call(function): return function()", namespace)
    function: Callable[[Callable[[], int]], int] = namespace["call"]
    return function


def test_lines_of_the_package_and_of_scikit_learn_are_skipped() -> None:
    ours, theirs = caller("autoskl.estimators"), caller("sklearn.base")
    assert ours(user_stack_level) == 2
    assert ours(lambda: theirs(lambda: ours(user_stack_level))) == 2, "the inner lambda"
    assert caller("autosklearn")(user_stack_level) == 1
