"""Names of columns: made distinct, matched between tables, selected by the user."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from difflib import get_close_matches
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.tables.repairs import list_names

Labels = tuple[Hashable, ...]


def distinct_names(labels: Labels) -> tuple[str, ...]:
    """Return a distinct string for each label, the label's own wherever it is free.

    Parameters
    ----------
    labels : tuple of hashable
        Names of columns as the user wrote them: strings, numbers, tuples, in part equal.

    Examples
    --------
    >>> from autoskl.tables.names import distinct_names
    >>> distinct_names(("a", "a", 1))
    ('a', 'a.1', '1')
    """
    texts = [str(label) for label in labels]
    taken = set(texts)
    if len(taken) == len(texts):
        return tuple(texts)
    seen: dict[str, int] = {}
    names = []
    for text in texts:
        name = text
        count = seen.get(text, 0)
        while count and (name := f"{text}.{count}") in taken:
            count += 1
        seen[text] = count + 1
        taken.add(name)
        names.append(name)
    return tuple(names)


def match_labels(fitted: Labels, given: Labels, needed: Sequence[int]) -> list[int]:
    """Return where the needed columns of the fitted table stand in the given one.

    The n-th column of a name answers to the n-th column of that name.

    Parameters
    ----------
    fitted, given : tuple of hashable
        Names of the columns of the two tables.
    needed : sequence of int
        Positions in ``fitted``.

    Returns
    -------
    list of int
        Positions in ``given``, one for each of ``needed``.

    Raises
    ------
    ValueError
        When a column is missing; the message names it.
    """
    if fitted == given:
        return list(needed)
    places = {key: place for place, key in enumerate(_numbered(given))}
    keys = _numbered(fitted)
    missing = [keys[place][0] for place in needed if keys[place] not in places]
    if missing:
        raise ValueError(
            "The feature names should match those that were passed during fit.\n"
            f"Feature names seen at fit time, yet now missing: {list_names(missing)}. "
            "Add these columns, with missing values if nothing is known of them."
        )
    return [places[keys[place]] for place in needed]


def _numbered(labels: Labels) -> list[tuple[Hashable, int]]:
    seen: dict[Hashable, int] = {}
    keys = []
    for label in labels:
        seen[label] = seen.get(label, -1) + 1
        keys.append((label, seen[label]))
    return keys


def select_columns(selection: Any, labels: Labels | None, n_columns: int) -> NDArray[np.bool_]:
    """Return a mask of the columns that the user lists.

    Parameters
    ----------
    selection : sequence of str, int or bool
        Names, positions (negative ones count from the end) or a mask with one entry per column.
    labels : tuple of hashable or None
        Names of the columns, None for a table without names.
    n_columns : int

    Returns
    -------
    ndarray of bool of shape (n_columns,)

    Raises
    ------
    ValueError
        For a name that does not exist (with the close matches), a position out of range, a mask of
        another length, or anything else.
    """
    if isinstance(selection, str) or not np.iterable(selection):
        raise ValueError(
            "The 'categorical_features' parameter must be 'from_dtype', or a list of column names, "
            f"positions, or a boolean mask. Got {selection!r} instead."
        )
    entries = list(selection)
    if entries and all(isinstance(entry, bool | np.bool_) for entry in entries):
        if len(entries) != n_columns:
            raise ValueError(
                f"The mask in 'categorical_features' has {len(entries)} entries, but X has "
                f"{n_columns} columns."
            )
        return np.array(entries, dtype=bool)
    mask = np.zeros(n_columns, dtype=bool)
    for entry in entries:
        mask[_find(entry, labels, n_columns)] = True
    return mask


def _find(entry: Any, labels: Labels | None, n_columns: int) -> list[int]:
    if isinstance(entry, Integral):
        if not -n_columns <= int(entry) < n_columns:
            raise ValueError(
                f"'categorical_features' lists column {entry}, but X has {n_columns} columns "
                f"(0 to {n_columns - 1})."
            )
        return [int(entry)]
    if labels is None:
        raise ValueError(
            f"'categorical_features' lists {entry!r}, but X has no column names. List positions, "
            "or pass a data frame."
        )
    places = [place for place, label in enumerate(labels) if label == entry]
    if not places:
        close = get_close_matches(str(entry), [str(label) for label in labels])
        hint = f" Did you mean {list_names(close)}?" if close else ""
        raise ValueError(f"'categorical_features' lists {entry!r}, which is no column of X.{hint}")
    return places
