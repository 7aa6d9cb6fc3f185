"""Which components there are: the files of the catalogue, entry points and what was registered."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from types import MappingProxyType, ModuleType

from autoskl.components.component import Component, Role
from autoskl.core.optional import is_installed
from autoskl.core.task import Task

FOLDERS = (
    "autoskl.components.preprocessing",
    "autoskl.components.features",
    "autoskl.components.models",
)
GROUP = "autoskl.components"
"""Entry points of this group name classes; the name of the entry point names the component."""

_logger = logging.getLogger(__name__)

_registered: dict[str, Component] = {}


def components(role: Role | None = None, task: Task | None = None) -> Mapping[str, Component]:
    """Return the components that can be used, by name.

    Parameters
    ----------
    role : Role or None
        Only components of this role.
    task : Task or None
        Only components for this task.

    Returns
    -------
    mapping of str to Component
        In alphabetical order. Components whose packages are not installed are left out.

    Examples
    --------
    >>> from autoskl.components.component import Role
    >>> from autoskl.components.registry import components
    >>> "linear" in components(Role.MODEL)
    True
    """
    known = {**_catalogue(), **_registered}
    _log_absent(tuple(sorted({p for e in known.values() for p in e.tags.needs})))
    return MappingProxyType(
        {
            name: entry
            for name, entry in sorted(known.items())
            if (role is None or entry.role is role)
            and (task is None or task in entry.tags.tasks)
            and all(map(is_installed, entry.tags.needs))
        }
    )


def component(name: str) -> Component:
    """Return a component by its name.

    Raises
    ------
    ValueError
        When there is none, with the names that come close, or when a package that it needs is not
        installed.
    """
    found = _registered.get(name) or _catalogue().get(name)
    if found is None:
        raise unknown_name(name, components(), "component")
    absent = absent_packages(name)
    if absent:
        raise ValueError(f"Component {name!r} needs {', '.join(absent)}, which is not installed.")
    return found


def absent_packages(name: str) -> list[str]:
    """Return the packages that a component needs and that are not installed; [] if there is none.

    Parameters
    ----------
    name : str
        Need not be that of a component.
    """
    found = _registered.get(name) or _catalogue().get(name)
    needs = () if found is None else found.tags.needs
    return [package for package in needs if not is_installed(package)]


def register(entry: Component, name: str | None = None) -> str:
    """Add a component to the catalogue, in place of one that has the same name.

    Fits of this process use it from now on, and so do their workers, to which it travels by value
    where it was defined in a script or notebook. A package that brings components declares entry
    points of the group ``autoskl.components`` instead.

    Parameters
    ----------
    entry : Component
    name : str or None
        Default: the name of the class in small letters, words joined by underscores.

    Returns
    -------
    str
        The name.

    Raises
    ------
    ValueError
        When its declarations contradict each other.

    Examples
    --------
    >>> import autoskl
    >>> from autoskl.components.models.linear import Linear
    >>> class Plain(Linear):
    ...     "Linear models, searched more often."
    ...     weight = 2.0
    >>> autoskl.register(Plain())
    'plain'
    >>> from autoskl.components.registry import unregister
    >>> unregister("plain")
    """
    name = name or re.sub(r"(?<!^)(?=[A-Z])", "_", type(entry).__name__).lower()
    _registered[name] = _checked(name, entry)
    return name


def shipped() -> Mapping[str, Component]:
    """Return the components of autoskl itself by name, also those whose packages are missing."""
    return MappingProxyType(
        {
            name: _checked(name, entry())
            for name, entry in sorted(_files(), key=lambda pair: pair[0])
        }
    )


def registered() -> dict[str, Component]:
    """Return the components that were registered, by name."""
    return dict(_registered)


def unregister(name: str) -> None:
    """Remove a component that was registered; nothing happens when there is none."""
    _registered.pop(name, None)


def unknown_name(name: str, known: Mapping[str, Component], what: str) -> ValueError:
    """Return the error for a name that nothing has: with those like it, or all if they are few."""
    near = get_close_matches(str(name), known, n=3) or sorted(known)
    advice = f"Did you mean {' or '.join(map(repr, near))}?"
    if len(near) > 10:
        advice = f"None of the {len(known)} there are is like it; docs/catalogue.md lists them."
    return ValueError(f"There is no {what} {name!r}. {advice}")


@cache
def _log_absent(packages: tuple[str, ...]) -> None:
    """Say once which optional packages are missing, since their families are then too."""
    absent = [package for package in packages if not is_installed(package)]
    if absent:
        _logger.info("Families that need %s are left out: not installed.", ", ".join(absent))


@cache
def _catalogue() -> Mapping[str, Component]:
    found = {name: _checked(name, entry()) for name, entry in _files()}
    for point in entry_points(group=GROUP):
        try:
            found[point.name] = _checked(point.name, point.load()())
        except Exception as error:
            warnings.warn(
                f"The component {point.name!r} of {point.value!r} is left out, for it cannot be "
                f"loaded: {error!r}. Update or remove the package that brings it.",
                UserWarning,
                stacklevel=2,
            )
    return MappingProxyType(found)


def module_names() -> Iterator[str]:
    """Yield the modules of autoskl's own components, imported when one is first asked for.

    Importing one of them imports no library of models.
    """
    for folder in FOLDERS:
        for module in iter_modules(import_module(folder).__path__):
            if not module.name.startswith("_"):
                yield f"{folder}.{module.name}"


def _files() -> Iterator[tuple[str, type[Component]]]:
    for module in module_names():
        yield module.rpartition(".")[2], _class_of(import_module(module))


def _class_of(module: ModuleType) -> type[Component]:
    own = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Component)
        and value.__module__ == module.__name__
    ]
    if len(own) != 1:
        raise TypeError(f"{module.__name__} must define one component. It defines {len(own)}.")
    return own[0]


def _checked(name: str, entry: Component) -> Component:
    if not name.isidentifier():
        raise ValueError(f"The name of a component must be an identifier. Got {name!r}.")
    tags = entry.tags
    if entry.role is Role.MODEL and tags.categorical and not tags.missing:
        raise ValueError(
            f"Component {name!r} takes categories but no missing values. Unseen categories are "
            "missing values, so that it has to take both."
        )
    return entry
