"""Conversion of spaces to and from JSON."""

from __future__ import annotations

import json

from autoskl.space.document import from_document, to_document
from autoskl.space.space import Space

FORMAT = 1
"""Raised whenever the format changes so that older versions cannot read it."""


def to_json(space: Space, *, indent: int | None = None) -> str:
    """Serialize a space to JSON.

    Parameters
    ----------
    space : Space
    indent : int or None, default=None
        Number of spaces to indent by; None for a single line.

    Returns
    -------
    str
        Identical for equal spaces.

    Examples
    --------
    >>> from autoskl.space import from_json, integer, space_of, to_json
    >>> space = space_of(integer("k", 1, 50))
    >>> from_json(to_json(space)) == space
    True
    """
    return json.dumps({"format": FORMAT, **to_document(space)}, indent=indent, allow_nan=False)


def from_json(text: str) -> Space:
    """Read a space that `to_json` wrote.

    Parameters
    ----------
    text : str

    Returns
    -------
    Space

    Raises
    ------
    ValueError
        If the text is not JSON, has another format version or does not describe a space.
    """
    content = json.loads(text)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        found = content.get("format") if isinstance(content, dict) else None
        raise ValueError(
            f"This version of autoskl reads search spaces of format {FORMAT}. Got {found!r}."
        )
    return Space(*from_document(content))
