"""A candidate as a row of a store."""

from __future__ import annotations

from typing import Any

from autoskl.components.component import Role
from autoskl.components.registry import component
from autoskl.metalearning.candidates import PortableConfiguration


def configuration_row(candidate: PortableConfiguration) -> dict[str, Any]:
    """Return the row of a candidate.

    Parameters
    ----------
    candidate : PortableConfiguration
    """
    # A space may have other parameters without a colon, which its user added.
    used = {str(candidate.values[role]) for role in Role if role in candidate.values}
    return {
        "key": candidate.key,
        "tasks": [str(task) for task in candidate.tasks],
        "values": dict(candidate.values),
        "revisions": {name: component(name).revision for name in sorted(used)},
        "family": candidate.family,
        "origin": candidate.origin,
    }
