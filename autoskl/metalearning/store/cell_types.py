"""Checks the types of the cells of a table, since SQLite stores any value in any column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import JSON, Table


def first_invalid_cell(table: Table, rows: Iterable[Mapping[str, Any]]) -> str | None:
    """Return a description of the first cell without a value of its column's type, or None.

    Readers check the content of JSON themselves.

    Parameters
    ----------
    table : Table
    rows : iterable of mapping
        All columns of the table by name.
    """
    checked = {
        column.name: _allowed(column.type.python_type, nullable=bool(column.nullable))
        for column in table.columns
        if not isinstance(column.type, JSON)
    }
    for row in rows:
        for name, allowed in checked.items():
            if not isinstance(row[name], allowed):
                return (
                    f"column {name!r} of its table {table.name!r} has the value {row[name]!r:.40}"
                )
    return None


def _allowed(kind: type, *, nullable: bool) -> tuple[type, ...]:
    kinds = (int, float) if kind is float else (kind,)
    return (*kinds, type(None)) if nullable else kinds
