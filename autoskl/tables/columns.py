"""What is known of the columns of a table, before and after it is encoded."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MANY_LEVELS = 64
"""A column with more categories than this is of high cardinality."""


class Kind(StrEnum):
    """How the values of a column are to be read.

    The encoded array has columns of the kinds up to `TEXT`; there `HIGH_CARDINALITY` is
    `CATEGORICAL` with many levels (`Column.is_high_cardinality`). Columns of the last three kinds
    are left out of it.
    """

    NUMERIC = "numeric"
    BOOLEAN = "boolean"
    ORDINAL = "ordinal"
    CATEGORICAL = "categorical"
    DATETIME = "datetime"
    TIMEDELTA = "timedelta"
    TEXT = "text"
    HIGH_CARDINALITY = "high-cardinality"
    CONSTANT = "constant"
    IDENTIFIER = "identifier"
    EMPTY = "empty"


LEFT_OUT = frozenset({Kind.CONSTANT, Kind.IDENTIFIER, Kind.EMPTY})
"""Columns of these kinds say nothing of other rows; they are not encoded."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the encoded table.

    Attributes
    ----------
    name : str
        The user's name of the column it comes from.
    kind : Kind
        Categorical columns hold codes 0, 1, ...; datetime and timedelta columns seconds; columns
        of text stand beside the numbers.
    n_levels : int
        Number of codes of a categorical or ordinal column, 0 for others.
    has_missing : bool
        Whether a training row lacks the value.
    """

    name: str
    kind: Kind
    n_levels: int = 0
    has_missing: bool = False

    @property
    def is_high_cardinality(self) -> bool:
        """Whether it is categorical with so many categories that most are rare."""
        return self.kind is Kind.CATEGORICAL and self.n_levels > MANY_LEVELS
