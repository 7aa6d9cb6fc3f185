"""A candidate as a row."""

from __future__ import annotations

from typing import Any

from autoskl.components.registry import component
from autoskl.metalearning.candidates import Candidate


def configuration_row(candidate: Candidate) -> dict[str, Any]:
    """Return the row of a candidate in a store.

    Parameters
    ----------
    candidate : Candidate
    """
    used = {str(v) for name, v in candidate.values.items() if ":" not in name}
    return {
        "key": candidate.key,
        "tasks": [str(task) for task in candidate.tasks],
        "values": dict(candidate.values),
        "revisions": {name: component(name).revision for name in sorted(used)},
        "family": candidate.family,
        "origin": candidate.origin,
    }
