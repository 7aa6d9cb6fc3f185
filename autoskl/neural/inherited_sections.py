"""Docstrings that include what the base classes document."""

from __future__ import annotations

import re
from inspect import cleandoc
from typing import TypeVar

Class = TypeVar("Class", bound=type)

_TITLES = ("Parameters", "Attributes", "References")
"""The sections that a class inherits, in the order of numpydoc."""

_SECTION = re.compile(r"^(\w+)\n-+\n(.+?)\s*(?=^\w+\n-+\n|\Z)", re.MULTILINE | re.DOTALL)


def inherit_sections(estimator: Class) -> Class:
    """Append the sections of the base classes' docstrings to that of a class.

    `help` shows no docstrings of base classes.

    Parameters
    ----------
    estimator : type
        A class whose own docstring has no sections.

    Returns
    -------
    type
        The same class.
    """
    if estimator.__doc__ is None:  # python -OO removes docstrings
        return estimator
    found: dict[str, list[str]] = {title: [] for title in _TITLES}
    for base in estimator.__mro__[1:]:
        for title, text in _SECTION.findall(cleandoc(base.__doc__ or "")):
            if title in found:
                found[title].append(text)
    sections = [
        "\n".join([title, "-" * len(title), *texts]) for title, texts in found.items() if texts
    ]
    estimator.__doc__ = "\n\n".join([cleandoc(estimator.__doc__), *sections]) + "\n"
    return estimator
