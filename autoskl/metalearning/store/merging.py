"""Stores as one: merge two, or export a part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from autoskl.metalearning.store import schema
from autoskl.metalearning.store.store import Store

_ORDER = (
    schema.TASKS,
    schema.META_FEATURES,
    schema.SPLITS,
    schema.CONFIGURATIONS,
    schema.MACHINES,
    schema.ENVIRONMENTS,
    schema.RESULTS,
)


def merge(source: Store, target: Store, since: float = 0.0) -> dict[str, int]:
    """Copy what the target lacks; what both have stays as it is there.

    Results of another environment are others. Predictions are not copied: they are files beside
    the store that made them. Tasks of users have keys that mean something in their own store only.

    Parameters
    ----------
    source, target : Store
    since : float, default=0.0
        Seconds since 1970; earlier results are left out, and so are tasks without any other.

    Returns
    -------
    dict of str to int
        New rows by table.
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
        table.name: target.add(table, kept.get(table.name, source.rows(table))) for table in _ORDER
    }


def _where(store: Store, table: Any, column: str, values: set[str]) -> list[dict[str, Any]]:
    return [row for row in store.rows(table) if row[column] in values]
