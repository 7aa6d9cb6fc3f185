from __future__ import annotations

import inspect

import pytest
from numpydoc.docscrape import NumpyDocString

import autoskl.neural
from autoskl.neural.inherited_sections import inherit_sections


class Base:
    """Documents two parameters.

    Parameters
    ----------
    a : int
        The first one.

        With a second paragraph.
    b : int

    Attributes
    ----------
    c_ : int

    Notes
    -----
    Not inherited.
    """


class Other:
    """Documents an attribute.

    Attributes
    ----------
    d_ : int
    """


class Bare(Other, Base):
    """The summary."""


class WithoutDocstring(Base):
    pass


def test_sections_of_all_bases_are_appended() -> None:
    assert inherit_sections(Bare) is Bare
    assert inspect.getdoc(Bare) == (
        "The summary.\n\n"
        "Parameters\n----------\n"
        "a : int\n    The first one.\n\n    With a second paragraph.\nb : int\n\n"
        "Attributes\n----------\nd_ : int\nc_ : int"
    )


def test_without_docstrings_nothing_is_appended() -> None:
    assert inherit_sections(WithoutDocstring).__doc__ is None


@pytest.mark.parametrize("name", autoskl.neural.__all__)
def test_help_on_an_estimator_is_complete(name: str) -> None:
    cls = getattr(autoskl.neural, name)
    document = NumpyDocString(inspect.getdoc(cls) or "")
    documented = [entry.name for entry in document["Parameters"]]
    assert documented == list(inspect.signature(cls).parameters)
    attributes = {entry.name for entry in document["Attributes"]}
    assert {"curve_", "best_epoch_", "n_features_in_"} <= attributes
    assert ("classes_" in attributes) is name.endswith("Classifier")
    assert document["References"]
