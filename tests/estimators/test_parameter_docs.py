"""Both estimators document the parameters that they share in the same words."""

from __future__ import annotations

import inspect

import pytest
from numpydoc.docscrape import NumpyDocString

from autoskl import AutoClassifier, AutoRegressor

DIFFERENT = {"scoring", "cv"}
"""Parameters whose meaning depends on the task."""


def documented(section: str, kind: type) -> dict[str, tuple[str, list[str]]]:
    """Return type and description of each entry of a section, by name."""
    entries = NumpyDocString(inspect.getdoc(kind) or "")[section]
    return {entry.name: (entry.type, entry.desc) for entry in entries}


@pytest.mark.parametrize("section", ["Parameters", "Attributes"])
def test_shared_entries_have_the_same_text(section: str) -> None:
    classifier, regressor = (documented(section, kind) for kind in (AutoClassifier, AutoRegressor))
    shared = classifier.keys() & regressor.keys() - DIFFERENT
    assert len(shared) > 5
    assert {name: classifier[name] for name in shared} == {name: regressor[name] for name in shared}


def test_parameters_that_depend_on_the_task_differ() -> None:
    classifier, regressor = (
        documented("Parameters", kind) for kind in (AutoClassifier, AutoRegressor)
    )
    assert all(classifier[name] != regressor[name] for name in DIFFERENT)
    assert classifier.keys() - regressor.keys() == {"class_weight"}
