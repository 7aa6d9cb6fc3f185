"""What is known of the columns of the encoded array."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How the values of a column of the encoded array are to be read."""

    NUMERIC = "numeric"
    BOOLEAN = "boolean"
    ORDINAL = "ordinal"
    CATEGORICAL = "categorical"
    DATETIME = "datetime"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the encoded array.

    Attributes
    ----------
    name : str
        The user's name of the column it comes from.
    kind : Kind
        Categorical columns hold codes 0, 1, ...; datetime columns seconds.
    n_levels : int
        Number of codes of a categorical or ordinal column, 0 for others.
    has_missing : bool
        Whether a training row lacks the value.
    """

    name: str
    kind: Kind
    n_levels: int = 0
    has_missing: bool = False
