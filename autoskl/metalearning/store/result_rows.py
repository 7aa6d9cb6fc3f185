"""Adds the results of user fits to a store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import and_
from sqlalchemy.dialects import postgresql, sqlite

from autoskl.metalearning.store.schema import RESULTS
from autoskl.metalearning.store.store import Store

_KEY = ("task", "stage", "repeat", "configuration", "fold", "environment")
_OK = "ok"


def add_results(store: Store, rows: Iterable[Mapping[str, Any]]) -> None:
    """Add results; known ones stay unchanged, but a success replaces a failure.

    Parameters
    ----------
    store : Store
    rows : iterable of mapping
        Rows of `schema.RESULTS`.
    """
    # A statement must not change a row twice, so the same key may occur only once.
    failures_first = sorted(rows, key=lambda row: bool(row["status"] == _OK))
    unique = {tuple(row[name] for name in _KEY): dict(row) for row in failures_first}
    if not unique:
        return
    is_server = store.engine.dialect.name == "postgresql"
    insert: Any = postgresql.insert(RESULTS) if is_server else sqlite.insert(RESULTS)
    replaced = {c.name: insert.excluded[c.name] for c in RESULTS.columns if c.name != "id"}
    statement = insert.on_conflict_do_update(
        index_elements=_KEY,
        set_=replaced,
        where=and_(RESULTS.c.status != _OK, insert.excluded.status == _OK),
    )
    with store.transaction() as connection:
        connection.execute(statement, list(unique.values()))
