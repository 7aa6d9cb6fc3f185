"""The one order and form of the parts of a space, whatever the order of their declaration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from autoskl.core.configuration import Value
from autoskl.space.conditions import Condition
from autoskl.space.forbidden import Forbidden
from autoskl.space.parameters import Kind, Parameter, level_of


def parameter_named(parameters: Mapping[str, Parameter], name: str) -> Parameter:
    """Return a hyperparameter, or raise ValueError with the names that come close."""
    if name not in parameters:
        raise unknown_name(parameters, name)
    return parameters[name]


def unknown_name(names: Iterable[str], name: object) -> ValueError:
    """Return the error that tells an unknown name and the names that come close."""
    known = sorted(names)
    close = get_close_matches(str(name), known, n=3)
    if close:
        hint = f"Did you mean {' or '.join(map(repr, close))}?"
    else:
        some = [*map(repr, known[:20]), *(["..."] if len(known) > 20 else [])]
        hint = f"There are: {', '.join(some) or 'none'}."
    return ValueError(f"There is no hyperparameter named {name!r}. {hint}")


def canonical_conditions(
    parameters: Mapping[str, Parameter], conditions: Iterable[Condition]
) -> tuple[Condition, ...]:
    """Return the conditions checked and sorted, one for each pair of child and parent.

    Raises
    ------
    ValueError
        For unknown names and values, and for conditions that can never hold.
    """
    merged: dict[tuple[str, str], tuple[Value, ...]] = {}
    for condition in conditions:
        parameter_named(parameters, condition.child)
        parent = parameter_named(parameters, condition.parent)
        pair = (condition.child, condition.parent)
        values = ordered_values(parent, condition.values)
        if pair in merged:
            known = Condition(*pair, merged[pair])
            values = tuple(v for v in values if known.holds({condition.parent: v}))
        if not values:
            raise ValueError(
                f"Hyperparameter {condition.child!r} can never be active: no value of "
                f"{condition.parent!r} satisfies its conditions."
            )
        merged[pair] = values
    return tuple(Condition(*pair, values) for pair, values in sorted(merged.items(), key=_pair))


def canonical_forbidden(
    parameters: Mapping[str, Parameter], forbidden: Iterable[Forbidden]
) -> tuple[Forbidden, ...]:
    """Return the forbidden combinations checked, sorted and without repetition.

    Raises
    ------
    ValueError
        For unknown names and values.
    """
    unique: dict[str, Forbidden] = {}
    for combination in forbidden:
        clauses = tuple(
            (name, ordered_values(parameter_named(parameters, name), values))
            for name, values in sorted(combination.clauses, key=_name)
        )
        names = {name for name, _ in clauses}
        if not clauses or len(names) < len(clauses) or not all(values for _, values in clauses):
            raise ValueError(
                "A forbidden combination needs names, each of them once and with values. "
                f"Got {combination}."
            )
        unique[str(clauses)] = Forbidden(clauses)
    return tuple(unique[text] for text in sorted(unique))


def depths(parameters: Mapping[str, Parameter], conditions: Iterable[Condition]) -> dict[str, int]:
    """Return how long a chain of parents each hyperparameter has, 0 for those always active.

    Raises
    ------
    ValueError
        When conditions go in a circle.
    """
    parents: dict[str, list[str]] = {name: [] for name in parameters}
    for condition in conditions:
        parents[condition.child].append(condition.parent)
    depth: dict[str, int] = {}
    while len(depth) < len(parents):
        ready = [n for n in parents if n not in depth and all(p in depth for p in parents[n])]
        if not ready:
            circle = ", ".join(repr(name) for name in sorted(set(parents) - set(depth)))
            raise ValueError(f"Conditions go in a circle; it is among {circle}.")
        level = {name: 1 + max((depth[p] for p in parents[name]), default=-1) for name in ready}
        depth.update(level)
    return depth


def ordered_values(parameter: Parameter, values: Iterable[Value]) -> tuple[Value, ...]:
    """Return values as the hyperparameter declares them, in its order, without repetition.

    Raises
    ------
    ValueError
        For values it cannot take, and for a real hyperparameter, whose values are not counted.
    """
    if parameter.kind is Kind.REAL:
        raise ValueError(
            f"Hyperparameter {parameter.name!r} is a real number; conditions and forbidden "
            "combinations need an integer, ordinal, choice or constant."
        )
    at = {level_of(parameter, known): known for known in map(parameter.check, values)}
    return tuple(at[i] for i in sorted(at))


def _name(clause: tuple[str, tuple[Value, ...]]) -> str:
    return clause[0]


def _pair(item: tuple[tuple[str, str], tuple[Value, ...]]) -> tuple[str, str]:
    return item[0]
