"""Kinds of hyperparameters."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What can be done with the values of a hyperparameter."""

    REAL = "real"
    INTEGER = "integer"
    ORDINAL = "ordinal"
    CHOICE = "choice"
    CONSTANT = "constant"
