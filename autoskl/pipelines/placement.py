"""Which columns the step of a role reads, and where what it makes stands."""

from __future__ import annotations

from typing import Any

from autoskl.components.component import Role
from autoskl.pipelines.replacing import ColumnsReplaced, TextsReplaced
from autoskl.tables.columns import Column, Kind

Columns = tuple[Column, ...]

NOTHING = Column("nothing", Kind.NUMERIC)
"""The column of zeros of a table of which nothing is left."""

_NO_STEPS = (Role.BALANCING, Role.RESPONSE, Role.MODEL)

_OF_UNKNOWN_WIDTH = (Role.DATETIME, Role.TEXT)

STEPS = tuple(role for role in Role if role not in _NO_STEPS)
"""Roles whose components are steps before the model, in order."""

_READ_KIND = {
    Role.DATETIME: Kind.DATETIME,
    Role.TEXT: Kind.TEXT,
    Role.LEVELS: Kind.CATEGORICAL,
    Role.ENCODER: Kind.CATEGORICAL,
}


def read_by(role: Role, columns: Columns, n_exact: int | None = None) -> list[int]:
    """Return the positions of the columns that a step of the role is given.

    Datetime, text, levels and encoder read the columns of their kind, combiners all. The others
    read numbers: category codes that remain there are for the model alone.

    Parameters
    ----------
    role : Role
    columns : tuple of Column
    n_exact : int, default=None
        How many columns have a position that is known, see `exact_behind`; combiners read no
        others. By default all.
    """
    if role in _READ_KIND:
        return [i for i, column in enumerate(columns) if column.kind is _READ_KIND[role]]
    if role is Role.COMBINER:
        return list(range(len(columns)))[:n_exact]
    return [i for i, column in enumerate(columns) if column.kind is not Kind.CATEGORICAL]


def placed(
    role: Role, step: Any, columns: Columns, read: list[int], made: Columns
) -> tuple[Any, Columns]:
    """Return the step with all columns as its input and output, and the columns that it leaves.

    How many columns a step makes may be an estimate, so that these stand behind all columns whose
    positions matter later: in front are category codes while there are any.

    Parameters
    ----------
    role : Role
    step : transformer
    columns : tuple of Column
        All columns; empty when the rows are sparse.
    read : list of int
        Positions of those that the step reads.
    made : tuple of Column
        What the step makes of those that it reads.
    """
    return _inside(role, step, columns, read), columns_behind(role, columns, read, made)


def exact_behind(role: Role, read: list[int], n_exact: int) -> int:
    """Return how many columns in front have a known position behind a step.

    Of moments and texts a step makes columns whose number is an estimate, which stand last.

    Parameters
    ----------
    role : Role
        Of a step up to the combiner that does something.
    read : list of int
        Positions of the columns that it reads.
    n_exact : int
        How many have a known position before it.
    """
    return n_exact - len(read) if role in _OF_UNKNOWN_WIDTH else n_exact


def columns_behind(role: Role, columns: Columns, read: list[int], made: Columns) -> Columns:
    """Return the columns that stand behind a step which makes some of those that it reads."""
    if role is Role.COMBINER:
        return (*made, *columns)
    taken = set(read)
    kept = tuple(column for i, column in enumerate(columns) if i not in taken)
    if role in _OF_UNKNOWN_WIDTH:
        return (*kept, *made) or (NOTHING,)
    return (*made, *kept) if role in (Role.LEVELS, Role.ENCODER) else (*kept, *made)


def _inside(role: Role, step: Any, columns: Columns, read: list[int]) -> Any:
    """Return the step with all columns as its input and output."""
    from sklearn.compose import ColumnTransformer

    others = sorted(set(range(len(columns))).difference(read))
    if role is Role.COMBINER:
        parts = [(role.value, step, read), ("kept", "passthrough", slice(0, None))]
        return ColumnTransformer(parts, sparse_threshold=0)
    if role in _OF_UNKNOWN_WIDTH:
        return ColumnsReplaced(step, read) if role is Role.DATETIME else TextsReplaced(step)
    if not others:
        return step
    if role in (Role.LEVELS, Role.ENCODER):
        parts = [("categorical", step, read)]
        return ColumnTransformer(parts, remainder="passthrough", sparse_threshold=0)
    # The rest is read, not its positions: their number may be an estimate.
    parts = [("kept", "passthrough", others)]
    return ColumnTransformer(parts, remainder=step, sparse_threshold=0)
