"""Translation of a conditional space to a fixed set of Optuna distributions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Configuration
from autoskl.core.optional import require
from autoskl.space.array_view import ArrayView
from autoskl.space.parameters import Integer, Kind, Parameter, Real

Vector = NDArray[np.float64]


class OptunaSpace:
    """Represents numbers as floats in [0, 1], ordinals as integers and choices as categories.

    Most samplers of Optuna do not learn conditional hyperparameters. Therefore every trial has all
    hyperparameters, with defaults for inactive ones. Values of prior weight 0 are excluded.

    Parameters
    ----------
    view : ArrayView
    categories : bool, default=True
        Whether choices are categories; otherwise they are integers, for samplers without support
        for categories.

    Attributes
    ----------
    distributions : dict of str to optuna.distributions.BaseDistribution
        Those of hyperparameters with more than one value.
    """

    def __init__(self, view: ArrayView, *, categories: bool = True) -> None:
        self.view = view
        make = require("optuna.distributions", "optuna")
        self.distributions: dict[str, Any] = {}
        self._levels: dict[str, list[int]] = {}
        self._defaults = view.defaults.copy()
        for j, (name, weights) in enumerate(zip(view.names, view.weights, strict=True)):
            if weights is None:
                if not _is_point(view.space.parameters[name]):
                    self.distributions[name] = make.FloatDistribution(0.0, 1.0)
                continue
            levels = np.flatnonzero(weights).tolist()
            if not weights[int(self._defaults[j])]:
                self._defaults[j] = levels[0]
            if len(levels) > 1:
                self._levels[name] = levels
                is_category = categories and view.kinds[j] is Kind.CHOICE
                self.distributions[name] = (
                    make.CategoricalDistribution(range(len(levels)))
                    if is_category
                    else make.IntDistribution(0, len(levels) - 1)
                )

    def parameters(self, row: Vector) -> dict[str, float | int] | None:
        """Return the values of an encoded row of shape (d,); None if one has prior weight 0."""
        completed = np.where(np.isnan(row), self._defaults, row)
        values: dict[str, float | int] = {}
        for name in self.distributions:
            value = completed[self.view.column[name]]
            if name not in self._levels:
                values[name] = float(np.clip(value, 0.0, 1.0))
            elif int(value) in self._levels[name]:
                values[name] = self._levels[name].index(int(value))
            else:
                return None
        return values

    def configuration(self, values: Mapping[str, float | int]) -> Configuration:
        """Return the configuration with these values, repaired if it is forbidden."""
        row = self._defaults.copy()
        for name, value in values.items():
            levels = self._levels.get(name)
            row[self.view.column[name]] = value if levels is None else levels[int(value)]
        rows = self.view.activate(row[None])
        configuration = self.view.decode(rows[0])
        if self.view.is_valid(rows)[0]:
            return configuration
        return self.view.space.repair(configuration)


def _is_point(parameter: Parameter) -> bool:
    return isinstance(parameter, Real | Integer) and parameter.lower == parameter.upper
