"""Which columns a step reads, and where its output columns are placed."""

from __future__ import annotations

from typing import Any

from autoskl.components.component import Role
from autoskl.pipelines.column_steps import ColumnReplacer, TextReplacer
from autoskl.tables.columns import Column, Kind

Columns = tuple[Column, ...]

ZERO_COLUMN = Column("nothing", Kind.NUMERIC)
"""The column of a table that would otherwise have none."""

_OUTSIDE_PIPELINE = (Role.BALANCING, Role.RESPONSE, Role.MODEL)

_VARIABLE_WIDTH = (Role.DATETIME, Role.TEXT)
"""Roles whose number of output columns is only estimated before they are fitted."""

STEPS = tuple(role for role in Role if role not in _OUTSIDE_PIPELINE)
"""Roles of the steps before the model, in order."""

_READ_KIND = {
    Role.DATETIME: Kind.DATETIME,
    Role.TEXT: Kind.TEXT,
    Role.LEVELS: Kind.CATEGORICAL,
    Role.ENCODER: Kind.CATEGORICAL,
}


def columns_read(role: Role, columns: Columns, n_fixed: int | None = None) -> list[int]:
    """Return the positions of the columns that a step of the role reads.

    Datetime, text, levels and encoder steps read the columns of their kind, combiners read all. The
    others read numbers: category codes that are left at that point are for the model only.

    Parameters
    ----------
    role : Role
    columns : tuple of Column
    n_fixed : int, default=None
        Number of leading columns with known positions, see `n_fixed_after`; combiners read only
        these. By default all.
    """
    if role in _READ_KIND:
        return [i for i, column in enumerate(columns) if column.kind is _READ_KIND[role]]
    if role is Role.COMBINER:
        return list(range(len(columns)))[:n_fixed]
    return [i for i, column in enumerate(columns) if column.kind is not Kind.CATEGORICAL]


def n_fixed_after(role: Role, read: list[int], n_fixed: int) -> int:
    """Return the number of leading columns with known positions after a step.

    Datetime and text steps make a number of columns that is only estimated; these come last.

    Parameters
    ----------
    role : Role
        Role of a step up to the combiner that is not a passthrough.
    read : list of int
        Positions of the columns that the step reads.
    n_fixed : int
        Number of leading columns with known positions before the step.
    """
    return n_fixed - len(read) if role in _VARIABLE_WIDTH else n_fixed


def columns_after(role: Role, columns: Columns, read: list[int], made: Columns) -> Columns:
    """Return the columns after a step.

    The number of columns that a step makes may be an estimate, so they are placed behind all
    columns whose positions matter later: category codes, while there are any, come first.

    Parameters
    ----------
    role : Role
    columns : tuple of Column
        All columns before the step; empty if the rows are sparse.
    read : list of int
        Positions of the columns that the step reads.
    made : tuple of Column
        The columns that it makes of them.
    """
    if role is Role.COMBINER:
        return (*made, *columns)
    taken = set(read)
    kept = tuple(column for i, column in enumerate(columns) if i not in taken)
    if role in _VARIABLE_WIDTH:
        return (*kept, *made) or (ZERO_COLUMN,)
    return (*made, *kept) if role in (Role.LEVELS, Role.ENCODER) else (*kept, *made)


def place_step(role: Role, step: Any, columns: Columns, read: list[int]) -> Any:
    """Return a transformer that applies a step to the columns it reads and keeps the others.

    Its output columns are those of `columns_after`.

    Parameters
    ----------
    role : Role
    step : transformer
    columns : tuple of Column
        All columns before the step; empty if the rows are sparse.
    read : list of int
        Positions of the columns that the step reads.
    """
    from sklearn.compose import ColumnTransformer

    others = sorted(set(range(len(columns))).difference(read))
    if role is Role.COMBINER:
        parts = [(role.value, step, read), ("kept", "passthrough", slice(0, None))]
        return ColumnTransformer(parts, sparse_threshold=0)
    if role in _VARIABLE_WIDTH:
        return ColumnReplacer(step, read) if role is Role.DATETIME else TextReplacer(step)
    if not others:
        return step
    if role in (Role.LEVELS, Role.ENCODER):
        parts = [("categorical", step, read)]
        return ColumnTransformer(parts, remainder="passthrough", sparse_threshold=0)
    # As remainder, since the number of columns that the step reads may be an estimate.
    parts = [("kept", "passthrough", others)]
    return ColumnTransformer(parts, remainder=step, sparse_threshold=0)
