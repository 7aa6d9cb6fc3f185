"""Conditional search spaces: definition, array view, neighbours, serialization.

Declare the parts of a space with `real`, `integer`, `ordinal`, `choice`, `constant`, `when` and
`forbid`; combine them with `space_of`, `add_prefix` and `join`.
"""

from __future__ import annotations

from autoskl.space.array_view import ArrayView
from autoskl.space.conditions import Condition, Conditional, when
from autoskl.space.configspace import from_configspace, to_configspace
from autoskl.space.forbidden import Forbidden, forbid
from autoskl.space.joining import add_prefix, join
from autoskl.space.parameters import (
    Choice,
    Constant,
    Integer,
    Kind,
    Ordinal,
    Parameter,
    Real,
    choice,
    constant,
    integer,
    ordinal,
    real,
)
from autoskl.space.serialization import from_json, to_json
from autoskl.space.space import Space, space_of

__all__ = [
    "ArrayView",
    "Choice",
    "Condition",
    "Conditional",
    "Constant",
    "Forbidden",
    "Integer",
    "Kind",
    "Ordinal",
    "Parameter",
    "Real",
    "Space",
    "add_prefix",
    "choice",
    "constant",
    "forbid",
    "from_configspace",
    "from_json",
    "integer",
    "join",
    "ordinal",
    "real",
    "space_of",
    "to_configspace",
    "to_json",
    "when",
]
