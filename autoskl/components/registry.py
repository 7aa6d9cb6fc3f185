"""Registry of components: the catalogue, entry points and components registered by the user."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from types import MappingProxyType, ModuleType

from autoskl.components.component import Component, Role, Tags
from autoskl.core.optional import is_installed
from autoskl.core.stack_level import user_stack_level
from autoskl.core.suggestions import did_you_mean
from autoskl.core.task import Task
from autoskl.space.space import Space

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
    """Return the usable components by name.

    Parameters
    ----------
    role : Role or None
        Only components of this role.
    task : Task or None
        Only components for this task.

    Returns
    -------
    mapping of str to Component
        In alphabetical order, without components whose packages are not installed.

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
        If there is none (the message suggests similar names), or if a required package is not
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
    """Return the packages that a component requires and that are not installed.

    Parameters
    ----------
    name : str
        For an unknown name the list is empty.
    """
    found = _registered.get(name) or _catalogue().get(name)
    needs = () if found is None else found.tags.needs
    return [package for package in needs if not is_installed(package)]


def register(entry: Component, name: str | None = None) -> str:
    """Add a component to the registry, replacing any of the same name.

    Later fits of this process and their workers use it; a component defined in a script or notebook
    is pickled by value. A package that provides components declares entry points of the group
    ``autoskl.components`` instead.

    Parameters
    ----------
    entry : Component
        An instance, not the class.
    name : str or None
        Defaults to the class name in snake_case.

    Returns
    -------
    str
        The name.

    Raises
    ------
    TypeError
        If it is not an instance of `Component`, if its role or its tags are of another type, or if
        its ``parameters`` do not return a `Space`.
    ValueError
        If the name is not an identifier or the tags contradict each other.

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
    if name is None:
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(entry).__name__).lower()
    if _registered.get(name) is not entry:  # workers register theirs before every trial
        checked = _checked(name, entry)
        _check_parameters(name, checked)
        _registered[name] = checked
    return name


def shipped() -> Mapping[str, Component]:
    """Return autoskl's own components by name, including those whose packages are missing."""
    return MappingProxyType(
        {
            name: _checked(name, entry())
            for name, entry in sorted(_files(), key=lambda pair: pair[0])
        }
    )


def registered() -> dict[str, Component]:
    """Return the components registered by the user, by name."""
    return dict(_registered)


def unregister(name: str) -> None:
    """Remove a registered component, if there is one of that name."""
    _registered.pop(name, None)


def unknown_name(name: str, known: Mapping[str, Component], what: str) -> ValueError:
    """Return the error for an unknown component, with the names that look like it."""
    advice = did_you_mean(name, known)
    return ValueError(f"There is no {what} {name!r}. {advice} docs/catalogue.md lists all.")


@cache
def _log_absent(packages: tuple[str, ...]) -> None:
    """Log once which optional packages are missing, as their components are left out."""
    absent = [package for package in packages if not is_installed(package)]
    if absent:
        _logger.info("Components that need %s are left out: not installed.", ", ".join(absent))


@cache
def _catalogue() -> Mapping[str, Component]:
    found = {name: _checked(name, entry()) for name, entry in _files()}
    for point in entry_points(group=GROUP):
        try:
            found[point.name] = _checked(point.name, point.load()())
        except Exception as error:
            warnings.warn(
                f"Component {point.name!r} ({point.value}) could not be loaded and is left out: "
                f"{error!r}. Update or uninstall the package that provides it.",
                UserWarning,
                stacklevel=user_stack_level(),
            )
    return MappingProxyType(found)


def module_names() -> Iterator[str]:
    """Yield the modules of autoskl's own components.

    Importing one of them does not import the library of its model.
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
        raise TypeError(
            f"{module.__name__} must define exactly one component. It defines {len(own)}."
        )
    return own[0]


def _checked(name: str, entry: object) -> Component:
    if isinstance(entry, type) and issubclass(entry, Component):
        cls = entry.__name__
        raise TypeError(f"{cls} is a class, not a component. Pass an instance: register({cls}()).")
    if not isinstance(entry, Component):
        raise TypeError(
            "A component must be an instance of a subclass of "
            f"autoskl.components.component.Component. Got {entry!r}."
        )
    if not (isinstance(name, str) and name.isidentifier()):
        raise ValueError(f"The name of a component must be an identifier. Got {name!r}.")
    for attribute, kind in (("role", Role), ("tags", Tags)):
        value = getattr(entry, attribute, None)
        if not isinstance(value, kind):
            raise TypeError(
                f"{attribute!r} of component {name!r} must be a {kind.__name__} (see "
                f"autoskl.components.component). Got {value!r}."
            )
    tags = entry.tags
    if entry.role is Role.MODEL and tags.categorical and not tags.missing:
        raise ValueError(
            f"Component {name!r} is tagged categorical but not missing. Unseen categories become "
            "missing values, so it must accept both."
        )
    return entry


def _check_parameters(name: str, entry: Component) -> None:
    if not all(map(is_installed, entry.tags.needs)):
        return  # it is left out, and may import these packages
    for task in entry.tags.tasks:
        space: object = entry.parameters(task)
        if not isinstance(space, Space):
            raise TypeError(
                f"'parameters' of component {name!r} must return a Space, which "
                f"autoskl.space.space_of makes. Got {space!r} for {task}."
            )
