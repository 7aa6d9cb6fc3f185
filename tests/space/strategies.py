"""Random conditional spaces for Hypothesis; tests of other packages use them too."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from autoskl.core.configuration import Value
from autoskl.space import (
    Condition,
    Forbidden,
    Parameter,
    Real,
    Space,
    choice,
    constant,
    integer,
    ordinal,
    real,
)

# Deliberately similar: True is not 1, "1" is not 1, None and 0 are values.
POOL: tuple[Value, ...] = (True, False, 0, 1, 2, 0.5, -3, None, "1", "a", "None", "é")

seeds = st.integers(0, 2**32 - 1)


def generators() -> st.SearchStrategy[np.random.Generator]:
    """Return random generators; the example shows the seed."""
    return seeds.map(np.random.default_rng)


@st.composite
def random_parameters(draw: Any, name: str) -> Parameter:
    """Draw a hyperparameter of any kind."""
    kind = draw(st.sampled_from(["real", "integer", "ordinal", "choice", "choice", "constant"]))
    if kind == "constant":
        return constant(name, draw(st.sampled_from(POOL)))
    if kind in {"ordinal", "choice"}:
        values = draw(
            st.lists(st.sampled_from(range(len(POOL))), min_size=1, max_size=5, unique=True)
        )
        listed = [POOL[i] for i in values]
        default = draw(st.sampled_from(listed))
        if kind == "ordinal":
            return ordinal(name, listed, default)
        weights = draw(
            st.none() | st.lists(st.integers(0, 5), min_size=len(listed), max_size=len(listed))
        )
        return choice(name, listed, default, weights=weights if weights and any(weights) else None)
    log = draw(st.booleans())
    parts = draw(st.none() | st.lists(st.integers(1, 5), min_size=1, max_size=4))
    if kind == "integer":
        lower = draw(st.integers(1, 50) if log else st.integers(-50, 50))
        upper = lower + draw(st.sampled_from([0, 1, 3, 60, 100_000]))
        default = draw(st.integers(lower, upper))
        return integer(name, lower, upper, default, log=log, weights=parts)
    low = draw(st.floats(1e-6, 1.0) if log else st.floats(-1e3, 1e3))
    high = low + draw(st.sampled_from([0.0, 1e-3, 1.0, 1e4]))
    return real(name, low, high, draw(st.floats(low, high)), log=log, weights=parts)


@st.composite
def random_parts(
    draw: Any, max_size: int = 8
) -> tuple[list[Parameter], list[Condition], list[Forbidden]]:
    """Draw hyperparameters, conditions that nest, and forbidden combinations."""
    names = draw(
        st.permutations([f"m:{chr(97 + i)}" for i in range(draw(st.integers(1, max_size)))])
    )
    parameters: list[Parameter] = []
    conditions: list[Condition] = []
    for name in names:
        parents = [p for p in parameters if not isinstance(p, Real)]
        if parents and draw(st.integers(0, 2)):
            chosen = draw(st.lists(st.sampled_from(parents), min_size=1, max_size=2, unique=True))
            conditions += [Condition(name, p.name, draw(_some_values(p))) for p in chosen]
        parameters.append(draw(random_parameters(name)))
    discrete = [p for p in parameters if not isinstance(p, Real)]
    forbidden = []
    for _ in range(draw(st.integers(0, 3)) if discrete else 0):
        chosen = draw(st.lists(st.sampled_from(discrete), min_size=1, max_size=3, unique=True))
        forbidden.append(Forbidden(tuple((p.name, draw(_some_values(p))) for p in chosen)))
    return parameters, conditions, forbidden


@st.composite
def random_spaces(draw: Any, max_size: int = 8) -> Space:
    """Draw a space of at most ``max_size`` hyperparameters, nested and with forbidden combinations.

    Forbidden combinations that would leave nothing are left out.
    """
    parameters, conditions, forbidden = draw(random_parts(max_size))
    try:
        return Space(parameters, conditions, forbidden)
    except ValueError:
        return Space(parameters, conditions)


@st.composite
def _some_values(draw: Any, parameter: Parameter) -> tuple[Value, ...]:
    levels = list(parameter.levels or ())[:6]
    where = draw(st.lists(st.sampled_from(range(len(levels))), min_size=1, max_size=4, unique=True))
    return tuple(levels[i] for i in where)
