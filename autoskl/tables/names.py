"""Column names: made unique, matched between tables, and selected by the user."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.suggestions import did_you_mean
from autoskl.tables.repairs import list_names

Labels = tuple[Hashable, ...]


def normalize_labels(labels: Iterable[Hashable]) -> Labels:
    """Return column names with None for the missing ones, also within tuples.

    NaN differs from itself, and pandas makes new ones, so that it could not be matched.

    Parameters
    ----------
    labels : iterable of hashable

    Examples
    --------
    >>> from autoskl.tables.names import normalize_labels
    >>> normalize_labels(["a", float("nan"), ("b", float("nan"))])
    ('a', None, ('b', None))
    """
    return tuple(map(_normalize_label, labels))


def _normalize_label(label: Hashable) -> Hashable:
    if isinstance(label, str | int):
        return label
    if isinstance(label, tuple):
        return normalize_labels(label)
    import pandas as pd

    return None if pd.api.types.is_scalar(label) and pd.isna(label) else label


def unique_names(labels: Labels) -> tuple[str, ...]:
    """Return a unique string for each label, its own text wherever possible.

    Parameters
    ----------
    labels : tuple of hashable
        Original column names: strings, numbers or tuples, not necessarily unique.

    Examples
    --------
    >>> from autoskl.tables.names import unique_names
    >>> unique_names(("a", "a", 1))
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
    """Return the positions in the given table of the needed columns of the training table.

    The n-th column of a name is matched with the n-th column of that name.

    Parameters
    ----------
    fitted, given : tuple of hashable
        Column names of the two tables.
    needed : sequence of int
        Positions in ``fitted``.

    Returns
    -------
    list of int
        Positions in ``given``, one per entry of ``needed``.

    Raises
    ------
    ValueError
        If columns are missing; the message names them.
    """
    if fitted == given:
        return list(needed)
    positions = {key: position for position, key in enumerate(_number_duplicates(given))}
    keys = _number_duplicates(fitted)
    missing = [keys[position][0] for position in needed if keys[position] not in positions]
    if missing:
        raise ValueError(
            "The feature names should match those that were passed during fit.\n"
            f"Feature names seen at fit time, yet now missing: {list_names(missing)}. "
            "Add these columns, with missing values if they are unknown."
        )
    return [positions[keys[position]] for position in needed]


def _number_duplicates(labels: Labels) -> list[tuple[Hashable, int]]:
    seen: dict[Hashable, int] = {}
    keys = []
    for label in labels:
        seen[label] = seen.get(label, -1) + 1
        keys.append((label, seen[label]))
    return keys


def select_columns(selection: Any, labels: Labels | None, n_columns: int) -> NDArray[np.bool_]:
    """Return a mask of the columns selected by the user.

    Parameters
    ----------
    selection : sequence of str, int or bool
        Names, positions (negative ones count from the end) or a mask with one entry per column.
    labels : tuple of hashable or None
        Column names, None for a table without names.
    n_columns : int

    Returns
    -------
    ndarray of bool of shape (n_columns,)

    Raises
    ------
    ValueError
        If the selection is not a list of existing names, positions within range, or a mask of the
        right length.
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
                f"The mask in 'categorical_features' has length {len(entries)}, but the number of "
                f"columns of X is {n_columns}."
            )
        return np.array(entries, dtype=bool)
    mask = np.zeros(n_columns, dtype=bool)
    for entry in entries:
        mask[_find_positions(entry, labels, n_columns)] = True
    return mask


def _find_positions(entry: Any, labels: Labels | None, n_columns: int) -> list[int]:
    if isinstance(entry, Integral):
        if not -n_columns <= int(entry) < n_columns:
            raise ValueError(
                f"'categorical_features' lists column {entry}, but the positions of the columns of "
                f"X are 0 to {n_columns - 1}."
            )
        return [int(entry)]
    if labels is None:
        raise ValueError(
            f"'categorical_features' lists {entry!r}, but X has no column names. List positions, "
            "or pass a data frame."
        )
    wanted = _normalize_label(entry)
    positions = [position for position, label in enumerate(labels) if label == wanted]
    if not positions:
        raise ValueError(
            f"'categorical_features' lists {entry!r}, which is not a column of X. "
            f"{did_you_mean(entry, labels)}"
        )
    return positions
