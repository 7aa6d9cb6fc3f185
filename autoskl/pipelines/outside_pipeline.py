"""What a configuration chooses for the roles that are no steps of the pipeline."""

from __future__ import annotations

from typing import Any

from autoskl.components.component import Context, Role
from autoskl.components.registry import component
from autoskl.core.configuration import Configuration


def build_outside(role: Role, configuration: Configuration, context: Context) -> Any | None:
    """Return what the component of a role builds, None where rows and values stay as they are.

    Parameters
    ----------
    role : Role
        That weighs the rows or changes the scale of the values.
    configuration : Configuration
    context : Context
    """
    if role not in configuration:
        return None
    name = str(configuration[role])
    entry = component(name)
    values = entry.parameters(context.task).complete(configuration.part(name))
    built = entry.build(values, context)
    return None if built == "passthrough" else built
