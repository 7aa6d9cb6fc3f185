"""Checks that every entry of a user's search space has a meaning in a pipeline."""

from __future__ import annotations

from collections.abc import Iterable

from autoskl.components.component import Component, Role
from autoskl.components.registry import absent_packages, components
from autoskl.core.configuration import Value
from autoskl.core.suggestions import did_you_mean
from autoskl.core.task import Task
from autoskl.pipelines.default_components import declares
from autoskl.space.parameters import Integer, Parameter, Real
from autoskl.space.space import Space
from autoskl.tables.repairs import list_names

_ROLES = frozenset(role.value for role in Role)


def check_entries(space: Space, task: Task) -> None:
    """Raise an error if an entry of a search space would be ignored or fail every trial.

    Parameters
    ----------
    space : Space
        Its hyperparameters are roles, those of components, or others on which these depend.
    task : Task

    Raises
    ------
    ValueError
        If there is no model, or a name or value is unknown. The message names the entry and similar
        names.
    """
    model = Role.MODEL.value
    if model not in space or space.conditions_of(model):
        raise ValueError(
            f"The search space must have a choice {model!r} that is always active, such as "
            f"choice('model', ['linear', 'lightgbm']); autoskl.default_space({task.value!r}) has "
            "one."
        )
    _check_task(space, task)
    steering = {c.parent for c in space.conditions} | {n for f in space.forbidden for n in f.names}
    known = components()
    own: dict[str, list[Parameter]] = {}
    for name, parameter in space.parameters.items():
        owner, colon, _ = name.partition(":")
        if colon:
            own.setdefault(owner, []).append(parameter)
        elif name in _ROLES:
            for option in _values(parameter):
                _check_option(option, known.get(str(option)), Role(name), task)
        elif name not in steering:
            raise ValueError(
                f"{name!r} in the search space has no effect: it is not a role of the pipeline, "
                f"and nothing depends on it. {did_you_mean(name, Role)}"
            )
    for owner, parameters in own.items():
        _check_hyperparameters(owner, known.get(owner), parameters, task)


def _check_task(space: Space, task: Task) -> None:
    """Raise an error that names all models if they are all for other tasks."""
    known, names = components(), [str(name) for name in _values(space.parameters[Role.MODEL.value])]
    if any(name not in known or task in known[name].tags.tasks for name in names):
        return
    tasks = {each for name in names for each in known[name].tags.tasks}
    raise ValueError(
        f"The models of the search space ({list_names(names)}) are for the task {_names(tasks)}, "
        f"but y makes it {task.value}. {_default_space(task)}"
    )


def _check_option(name: Value, entry: Component | None, role: Role, task: Task) -> None:
    """Check a component that a role may choose."""
    if entry is None or entry.role is not role:
        raise ValueError(
            f"{role.value!r} in the search space has the option {name!r}, but there is no such "
            f"component. {_advice(str(name), components(role, task))}"
        )
    if task not in entry.tags.tasks:
        raise ValueError(
            f"{role.value!r} in the search space has the option {name!r}, which is for the task "
            f"{_names(entry.tags.tasks)}, but y makes it {task.value}. {_default_space(task)}"
        )


def _check_hyperparameters(
    owner: str, entry: Component | None, parameters: list[Parameter], task: Task
) -> None:
    """Check the hyperparameters of a component, named ``owner:name``."""
    if entry is None:
        raise ValueError(
            f"{parameters[0].name!r} is in the search space, but there is no component {owner!r}. "
            f"{_advice(owner, components(task=task))}"
        )
    if task not in entry.tags.tasks:
        return  # left over from a model that was dropped
    declared = entry.parameters(task).parameters
    for parameter in parameters:
        own_name = parameter.name.removeprefix(f"{owner}:")
        if own_name not in declared:
            similar = did_you_mean(parameter.name, [f"{owner}:{each}" for each in declared])
            raise ValueError(
                f"{parameter.name!r} is in the search space, but {owner!r} has no such "
                f"hyperparameter for the task {task.value}. "
                f"{_advice_on_task(entry, own_name, None, task) or similar}"
            )
        for value in _values(parameter):
            if not declares(declared[own_name], value):
                message = (
                    f"{parameter.name!r} in the search space has the value {value!r}, but must be "
                    f"{declared[own_name].allowed} for the task {task.value}. "
                    f"{_advice_on_task(entry, own_name, value, task)}"
                )
                raise ValueError(message.rstrip())


def _values(parameter: Parameter) -> Iterable[Value]:
    """Return the values of a hyperparameter, of a number only its bounds."""
    if isinstance(parameter, Real | Integer):
        return parameter.lower, parameter.upper
    return parameter.levels


def _advice(name: str, known: Iterable[str]) -> str:
    """Return the advice on an unknown component."""
    absent = absent_packages(name)
    if absent:
        return f"{name!r} needs {' and '.join(absent)}, which is not installed."
    return f"{did_you_mean(name, known)} docs/catalogue.md lists all."


def _advice_on_task(entry: Component, name: str, value: Value, task: Task) -> str:
    """Return the advice on an entry that is right for another task, "" if it is for none.

    A value of None stands for the hyperparameter itself.
    """
    spaces = {each: entry.parameters(each).parameters for each in entry.tags.tasks}
    fitting = [
        each
        for each, declared in spaces.items()
        if name in declared and (value is None or declares(declared[name], value))
    ]
    return f"It is for the task {_names(fitting)}. {_default_space(task)}" if fitting else ""


def _names(tasks: Iterable[Task]) -> str:
    return " or ".join(sorted(task.value for task in tasks))


def _default_space(task: Task) -> str:
    return f"Build the space with autoskl.default_space({task.value!r}, ...)."
