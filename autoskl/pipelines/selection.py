"""Which components a fit may use."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches

from autoskl.components.component import Component, Role, Shape
from autoskl.components.registry import absent_packages, component, components, unknown_name
from autoskl.core.task import Task

Names = Collection[str] | Mapping[str, Collection[str]]
"""Names of models, or names of components by role."""

Selection = Mapping[Role, Mapping[str, Component]]


def select(
    task: Task,
    is_sparse: bool,
    include: Names | None = None,
    exclude: Names | None = None,
    shape: Shape | None = None,
) -> Selection:
    """Return the components that are wanted and can be used, by role.

    Parameters
    ----------
    task : Task
    is_sparse : bool
        Whether the table is sparse.
    include : mapping of role to names, collection of names of models, or None
        Roles that are not named are not narrowed. Components without prior weight, such as the
        constant model, are used only when they are named.
    exclude : mapping of role to names, collection of names of models, or None
    shape : Shape or None
        Leaves out what is not for tables of this shape, unless it is named.

    Raises
    ------
    ValueError
        For names that nothing has, with those that come close; for what is included and not
        installed; when the task and table leave no model.
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
            near = get_close_matches(role_name, [r.value for r in Role], n=1) or [*Role]
            raise ValueError(
                f"The roles in {parameter!r} must be among {', '.join(r.value for r in Role)}. "
                f"Got {role_name!r}. Did you mean {' or '.join(repr(str(n)) for n in near)}?"
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
        return  # it is left out already
    if absent:
        raise ValueError(
            f"{name!r} in {parameter!r} needs {' and '.join(absent)}, which is not installed: "
            f"pip install 'autoskl[{','.join(absent)}]', or leave it out."
        )
    if name in components():
        raise ValueError(
            f"{name!r} in {parameter!r} is no {role.value} but a {component(name).role.value}."
        )
    raise unknown_name(name, known, f"{role.value} (in {parameter!r})")
