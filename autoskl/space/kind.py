"""Kinds of hyperparameters."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Kind of a hyperparameter: continuous, integer, ordered, unordered or constant."""

    REAL = "real"
    INTEGER = "integer"
    ORDINAL = "ordinal"
    CHOICE = "choice"
    CONSTANT = "constant"
