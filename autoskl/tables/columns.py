"""The kinds of columns, and the metadata of columns of the encoded table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MAX_LOW_CARDINALITY = 64
"""Number of categories above which a column has high cardinality."""


class Kind(StrEnum):
    """How the values of a column are interpreted.

    Columns of the encoded table have one of the kinds up to `TEXT`; in it, `HIGH_CARDINALITY`
    columns are `CATEGORICAL` (see `Column.is_high_cardinality`). Columns of the last three kinds
    are dropped.
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


DROPPED_KINDS = frozenset({Kind.CONSTANT, Kind.IDENTIFIER, Kind.EMPTY})
"""Kinds of columns that carry no information about other rows and are not encoded."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the encoded table.

    Attributes
    ----------
    name : str
        Name of the column in the user's table.
    kind : Kind
        Categorical columns hold codes 0, 1, ...; datetime and timedelta columns hold seconds; text
        columns are stored beside the numbers.
    n_levels : int
        Number of codes of a categorical or ordinal column, else 0.
    has_missing : bool
        Whether the value is missing in some training row.
    """

    name: str
    kind: Kind
    n_levels: int = 0
    has_missing: bool = False

    @property
    def is_high_cardinality(self) -> bool:
        """Whether the column has so many categories that most of them are rare."""
        return self.kind is Kind.CATEGORICAL and self.n_levels > MAX_LOW_CARDINALITY
