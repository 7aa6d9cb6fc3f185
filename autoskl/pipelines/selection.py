"""Selects the components that a fit may use."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from autoskl.components.component import Component, Role, Shape
from autoskl.components.registry import (
    absent_packages,
    component,
    components,
    shipped,
    unknown_name,
)
from autoskl.core.extras import how_to_install
from autoskl.core.suggestions import did_you_mean
from autoskl.core.task import Task

Names = Collection[str] | Mapping[str, Collection[str]]
"""Names of models, or names of components per role."""

Selection = Mapping[Role, Mapping[str, Component]]


def select(
    task: Task,
    *,
    is_sparse: bool,
    include: Names | None = None,
    exclude: Names | None = None,
    shape: Shape | None = None,
) -> Selection:
    """Return the usable components per role.

    Parameters
    ----------
    task : Task
    is_sparse : bool
        Whether the table is sparse.
    include : mapping of role to names, collection of names of models, or None
        Roles that are not named are not restricted. Components without prior weight, such as the
        constant model, are used only if they are named.
    exclude : mapping of role to names, collection of names of models, or None
    shape : Shape or None
        Components that do not suit this shape are left out unless they are named.

    Raises
    ------
    ValueError
        If a name is unknown, if an included component is not installed, or if no model is left.
    """
    wanted, unwanted = _by_role(include, "include"), _by_role(exclude, "exclude")
    chosen = {
        role: {
            name: entry
            for name, entry in components(role, task).items()
            if (name in wanted[role] if role in wanted else _offered(entry, shape))
            and name not in unwanted.get(role, ())
            and (entry.tags.sparse or not is_sparse)
        }
        for role in Role
    }
    if not chosen[Role.MODEL]:
        table = "sparse table" if is_sparse else "table"
        raise ValueError(
            f"No model is left for {task.value} on a {table} with include={include!r} and "
            f"exclude={exclude!r}. Allow more models."
        )
    return chosen


def _offered(entry: Component, shape: Shape | None) -> bool:
    return entry.weight > 0 and (shape is None or entry.fits(shape))


def _by_role(names: Names | None, parameter: str) -> dict[Role, tuple[str, ...]]:
    if names is None:
        return {}
    if not isinstance(names, Mapping):
        names = {Role.MODEL.value: names}
    found: dict[Role, tuple[str, ...]] = {}
    for role_name, listed in names.items():
        if role_name not in [role.value for role in Role]:
            roles = [role.value for role in Role]
            raise ValueError(
                f"The roles in {parameter!r} must be among {', '.join(roles)}. "
                f"Got {role_name!r}. {did_you_mean(role_name, roles)}"
            )
        role = Role(role_name)
        found[role] = (listed,) if isinstance(listed, str) else tuple(listed)
        for name in found[role]:
            _check(name, role, parameter)
    return found


def _check(name: str, role: Role, parameter: str) -> None:
    known = components(role)
    if name in known:
        return
    absent = absent_packages(name)
    if absent and parameter == "exclude":
        return  # already left out
    if absent:
        # The extras for autoskl's own components are named after the packages.
        advice = how_to_install(absent) if name in shipped() else "Install it"
        raise ValueError(
            f"{name!r} in {parameter!r} needs {' and '.join(absent)}, which is not installed. "
            f"{advice}, or leave {name!r} out."
        )
    if name in components():
        raise ValueError(
            f"{name!r} in {parameter!r} is not a {role.value} but a {component(name).role.value}."
        )
    raise unknown_name(name, known, f"{role.value} (in {parameter!r})")
