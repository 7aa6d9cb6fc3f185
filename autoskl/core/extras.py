"""Extras of autoskl: groups of optional packages."""

from __future__ import annotations

from collections.abc import Iterable


def how_to_install(extras: Iterable[str]) -> str:
    """Return how to install extras.

    Parameters
    ----------
    extras : iterable of str
        Their names in ``pyproject.toml``.

    Returns
    -------
    str
        A sentence without its full stop.

    Examples
    --------
    >>> from autoskl.core.extras import how_to_install
    >>> how_to_install(["torch", "store"])
    "Run pip install '.[torch,store]' in a clone of autoskl"
    """
    return f"Run pip install '.[{','.join(extras)}]' in a clone of autoskl"
