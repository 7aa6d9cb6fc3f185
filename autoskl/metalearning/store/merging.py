"""Merges one store into another, or exports a part of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from autoskl.metalearning.store import schema
from autoskl.metalearning.store.store import Store

_TABLES = (
    schema.TASKS,
    schema.META_FEATURES,
    schema.SPLITS,
    schema.CONFIGURATIONS,
    schema.MACHINES,
    schema.ENVIRONMENTS,
    schema.RESULTS,
)


def merge(source: Store, target: Store, since: float = 0.0) -> dict[str, int]:
    """Copy the rows that the target lacks; existing rows stay unchanged.

    Results of different environments are different rows. Predictions are not copied: they are files
    beside the store that made them. Keys of user tasks are only meaningful in their own store.

    Parameters
    ----------
    source, target : Store
    since : float, default=0.0
        Unix time; earlier results are left out, and so are tasks without later ones.

    Returns
    -------
    dict of str to int
        Number of new rows by table.
    """
    results = [row for row in source.rows(schema.RESULTS) if row["created"] >= since]
    tasks = {row["task"] for row in results}
    used = {row["configuration"] for row in results}
    kept: dict[str, Iterable[Mapping[str, Any]]] = {
        schema.RESULTS.name: [
            {**{k: v for k, v in row.items() if k != "id"}, "offset": None} for row in results
        ],
        schema.CONFIGURATIONS.name: _where(source, schema.CONFIGURATIONS, "key", used),
        schema.TASKS.name: _where(source, schema.TASKS, "key", tasks),
        schema.META_FEATURES.name: _where(source, schema.META_FEATURES, "task", tasks),
        schema.SPLITS.name: _where(source, schema.SPLITS, "task", tasks),
    }
    return {
        table.name: target.add(table, kept.get(table.name, source.rows(table))) for table in _TABLES
    }


def _where(store: Store, table: Any, column: str, values: set[str]) -> list[dict[str, Any]]:
    return [row for row in store.rows(table) if row[column] in values]
