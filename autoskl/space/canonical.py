"""Canonical order and form of the parts of a space, independent of the order of declaration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from autoskl.core.configuration import Value
from autoskl.core.suggestions import did_you_mean
from autoskl.space.conditions import Condition
from autoskl.space.forbidden import Forbidden
from autoskl.space.parameters import Kind, Parameter, level_of


def get_parameter(parameters: Mapping[str, Parameter], name: str) -> Parameter:
    """Return a hyperparameter, or raise ValueError that suggests similar names."""
    if name not in parameters:
        raise unknown_name_error(parameters, name)
    return parameters[name]


def unknown_name_error(names: Iterable[str], name: object) -> ValueError:
    """Return the error for an unknown name, with similar names."""
    advice = did_you_mean(name, names)
    return ValueError(f"There is no hyperparameter named {name!r}. {advice}")


def canonical_conditions(
    parameters: Mapping[str, Parameter], conditions: Iterable[Condition]
) -> tuple[Condition, ...]:
    """Check, merge and sort conditions: one for each pair of child and parent.

    Raises
    ------
    ValueError
        For unknown names and values, and for conditions that can never hold.
    """
    merged: dict[tuple[str, str], tuple[Value, ...]] = {}
    for condition in conditions:
        get_parameter(parameters, condition.child)
        parent = get_parameter(parameters, condition.parent)
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
    """Check, deduplicate and sort forbidden combinations.

    Raises
    ------
    ValueError
        For unknown names and values.
    """
    unique: dict[str, Forbidden] = {}
    for combination in forbidden:
        clauses = tuple(
            (name, ordered_values(get_parameter(parameters, name), values))
            for name, values in sorted(combination.clauses, key=_name)
        )
        names = {name for name, _ in clauses}
        if not clauses or len(names) < len(clauses) or not all(values for _, values in clauses):
            raise ValueError(
                "A forbidden combination must name at least one hyperparameter, each of them once "
                f"and with at least one value. Got {combination}."
            )
        unique[str(clauses)] = Forbidden(clauses)
    return tuple(unique[text] for text in sorted(unique))


def depths(parameters: Mapping[str, Parameter], conditions: Iterable[Condition]) -> dict[str, int]:
    """Return the length of the longest chain of parents of each hyperparameter.

    Raises
    ------
    ValueError
        If the conditions form a cycle.
    """
    parents: dict[str, list[str]] = {name: [] for name in parameters}
    for condition in conditions:
        parents[condition.child].append(condition.parent)
    depth: dict[str, int] = {}
    while len(depth) < len(parents):
        ready = [n for n in parents if n not in depth and all(p in depth for p in parents[n])]
        if not ready:
            # These are in the cycle or depend on it.
            unresolved = ", ".join(repr(name) for name in sorted(set(parents) - set(depth)))
            raise ValueError(f"Conditions form a cycle among these: {unresolved}.")
        level = {name: 1 + max((depth[p] for p in parents[name]), default=-1) for name in ready}
        depth.update(level)
    return depth


def ordered_values(parameter: Parameter, values: Iterable[Value]) -> tuple[Value, ...]:
    """Return distinct values as the hyperparameter declares them, in its order.

    Raises
    ------
    ValueError
        For invalid values, and for a real hyperparameter, whose values cannot be enumerated.
    """
    if parameter.kind is Kind.REAL:
        raise ValueError(
            f"Hyperparameter {parameter.name!r} is a real number; conditions and forbidden "
            "combinations need an integer, ordinal, choice or constant."
        )
    by_level = {level_of(parameter, value): value for value in map(parameter.check, values)}
    return tuple(by_level[i] for i in sorted(by_level))


def _name(clause: tuple[str, tuple[Value, ...]]) -> str:
    return clause[0]


def _pair(item: tuple[tuple[str, str], tuple[Value, ...]]) -> tuple[str, str]:
    return item[0]
