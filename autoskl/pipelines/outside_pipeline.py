"""Components for roles outside the pipeline: row weights and the response scale."""

from __future__ import annotations

from typing import Any

from autoskl.components.component import Context, Role
from autoskl.components.registry import component
from autoskl.core.configuration import Configuration
from autoskl.pipelines.default_components import values_of


def build_outside(role: Role, configuration: Configuration, context: Context) -> Any | None:
    """Build the component of a role outside the pipeline, None if it does nothing.

    Parameters
    ----------
    role : Role
        Role that weights the rows or rescales the target.
    configuration : Configuration
    context : Context
    """
    if role not in configuration:
        return None
    name = str(configuration[role])
    built = component(name).build(values_of(name, configuration, context), context)
    return None if built == "passthrough" else built
