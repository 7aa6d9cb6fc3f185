"""Spaces as JSON, both ways, and their stable hash."""

from __future__ import annotations

import json

from autoskl.space.document import document, parts
from autoskl.space.space import Space

FORMAT = 1
"""Rises when older versions could no longer read what is written."""


def to_json(space: Space, *, indent: int | None = None) -> str:
    """Return a space as JSON.

    Parameters
    ----------
    space : Space
    indent : int or None, default=None
        Spaces to indent by; None for one line.

    Returns
    -------
    str
        The same text for equal spaces.

    Examples
    --------
    >>> from autoskl.space import from_json, integer, space_of, to_json
    >>> space = space_of(integer("k", 1, 50))
    >>> from_json(to_json(space)) == space
    True
    """
    return json.dumps({"format": FORMAT, **document(space)}, indent=indent, allow_nan=False)


def from_json(text: str) -> Space:
    """Return the space that `to_json` wrote.

    Raises
    ------
    ValueError
        When the text is not JSON, is of a later format or does not describe a space.
    """
    content = json.loads(text)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        found = content.get("format") if isinstance(content, dict) else None
        raise ValueError(
            f"This version of autoskl reads search spaces of format {FORMAT}. Got {found!r}."
        )
    return Space(*parts(content))


def digest(space: Space) -> str:
    """Return the stable hexadecimal hash of a space (64 digits), equal for equal spaces."""
    return space.digest
