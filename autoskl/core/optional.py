"""Packages that need not be installed."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from autoskl.core.errors import OptionalDependencyError


def is_installed(package: str) -> bool:
    """Whether a package can be imported; it is not imported to find out."""
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
        When its package is not installed; the message has the pip line.
    """
    package = module.partition(".")[0]
    if not is_installed(package):
        raise OptionalDependencyError(package, extra)
    return import_module(module)
