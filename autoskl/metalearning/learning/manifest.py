"""The manifest: provenance of learned metadata, comparable between versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from autoskl.metalearning.learning.groups import read_groups, select_groups
from autoskl.metalearning.store import schema
from autoskl.metalearning.store.store import Store


def manifest(
    store: Store,
    excluded: Sequence[str],
    n_tasks: int,
    earlier: Mapping[str, Any] | None = None,
    stage: str | None = None,
) -> dict[str, Any]:
    """Return counts, versions and component revisions of the results learned from.

    Parameters
    ----------
    store : Store
    excluded : sequence of str
        Data sets left out, together with their groups.
    n_tasks : int
        Number of data sets in the table of prior tasks.
    earlier : mapping, default=None
        Manifest of the earlier metadata that fill in what the store lacks.
    stage : str, default=None
        Stage of the results learned from; None for all.
    """
    before: Mapping[str, Any] = {} if earlier is None else earlier
    group_of = read_groups(store, excluded)
    groups = select_groups(excluded, group_of)
    counts = Counter(
        f"{row['stage']} {row['status']}"
        for row in store.rows(schema.RESULTS)
        if stage in (None, row["stage"]) and group_of.get(row["task"]) not in groups
    )
    counts.update(before.get("results", {}))
    revisions: dict[str, int] = dict(before.get("revisions", {}))
    for row in store.rows(schema.CONFIGURATIONS):
        revisions.update(row["revisions"])
    versions = list(before.get("versions", ()))
    for row in store.rows(schema.ENVIRONMENTS):
        if row["versions"] not in versions:
            versions.append(row["versions"])
    return {
        "excluded": sorted(excluded),
        "revisions": dict(sorted(revisions.items())),
        "results": dict(sorted(counts.items())),
        "tasks": n_tasks,
        "versions": versions,
    }
