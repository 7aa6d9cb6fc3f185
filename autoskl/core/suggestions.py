"""The advice at the end of an error about an unknown name."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_MAX_SUGGESTED = 3
_MAX_LISTED = 20


def did_you_mean(name: object, known: Iterable[object]) -> str:
    """Return the known names that look like `name`, or all of them if none does.

    Parameters
    ----------
    name : object
        What was asked for; case is ignored in the comparison.
    known : iterable of object
        The names there are, compared and shown as text.

    Returns
    -------
    str
        A sentence such as ``"Did you mean 'linear' or 'linear_svm'?"``, or one that lists the first
        20 names.

    Examples
    --------
    >>> from autoskl.core.suggestions import did_you_mean
    >>> did_you_mean("Smak", ["smac", "random"])
    "Did you mean 'smac'?"
    >>> did_you_mean("zzz", ["smac", "random"])
    "Known names: 'random', 'smac'."
    """
    names = sorted({str(entry) for entry in known})
    by_lower_case = {entry.lower(): entry for entry in names}
    close = get_close_matches(str(name).lower(), by_lower_case, n=_MAX_SUGGESTED)
    if close:
        return f"Did you mean {' or '.join(repr(by_lower_case[entry]) for entry in close)}?"
    listed = [*map(repr, names[:_MAX_LISTED]), *(["..."] if len(names) > _MAX_LISTED else [])]
    return f"Known names: {', '.join(listed) or 'none'}."
