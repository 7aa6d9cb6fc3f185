"""How metadata were made, in a form that can be compared with another time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from autoskl.metalearning.store import schema
from autoskl.metalearning.store.store import Store


def manifest(store: Store, excluded: Sequence[str]) -> dict[str, Any]:
    """Return counts, versions and component revisions of what was learned from.

    Parameters
    ----------
    store : Store
    excluded : sequence of str
        Data sets that were left out, with their groups.
    """
    results = store.rows(schema.RESULTS)
    revisions: dict[str, int] = {}
    for row in store.rows(schema.CONFIGURATIONS):
        revisions.update(row["revisions"])
    return {
        "excluded": sorted(excluded),
        "revisions": dict(sorted(revisions.items())),
        "results": dict(sorted(Counter(f"{r['stage']} {r['status']}" for r in results).items())),
        "tasks": len({row["task"] for row in results}),
        "versions": [row["versions"] for row in store.rows(schema.ENVIRONMENTS)],
    }
