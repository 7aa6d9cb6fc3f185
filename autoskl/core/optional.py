"""Optional dependencies."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from autoskl.core.errors import OptionalDependencyError


def is_installed(package: str) -> bool:
    """Whether a package can be imported, found out without importing it."""
    return find_spec(package) is not None


def require(module: str, extra: str) -> ModuleType:
    """Import a module that belongs to an extra.

    Parameters
    ----------
    module : str
    extra : str
        The extra of autoskl that installs it.

    Raises
    ------
    OptionalDependencyError
        If its package is not installed; the message contains the pip command.
    """
    package = module.partition(".")[0]
    if not is_installed(package):
        raise OptionalDependencyError(package, extra)
    return import_module(module)
