"""Builds a scikit-learn pipeline from a configuration."""

from __future__ import annotations

import pickle
from collections.abc import Hashable
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from autoskl.components.component import Context, Role
from autoskl.components.registry import component
from autoskl.core.configuration import Configuration
from autoskl.pipelines.column_steps import NumbersTransformer
from autoskl.pipelines.default_components import values_of
from autoskl.pipelines.placement import place_step
from autoskl.pipelines.planned_steps import PlannedSteps


@dataclass(frozen=True, slots=True, eq=False)
class BuiltPipeline:
    """An unfitted pipeline and the recipe of its preprocessing.

    Attributes
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Its last step is named ``"model"``; the others are preprocessing.
    recipe : tuple
        Names, hyperparameters and digests of the preprocessing steps. Equal recipes give equal
        results if they are fitted on the same rows.
    """

    pipeline: Any
    recipe: tuple[Hashable, ...]


def build(configuration: Configuration, context: Context) -> BuiltPipeline:
    """Build an unfitted pipeline.

    Components that the configuration leaves open, but that the pipeline needs, are chosen by
    `component_for`.

    Parameters
    ----------
    configuration : Configuration
    context : Context
        Its columns and shape are those of the encoded rows that the pipeline is fitted on.

    Raises
    ------
    ValueError
        If the configuration names an unknown component.
    """
    from sklearn.pipeline import Pipeline

    model = component(configuration.model)
    planned = PlannedSteps(configuration, replace(context, seed=context.fold_seed))
    steps: list[tuple[str, Any]] = []
    recipe: list[Hashable] = []
    for step in planned:
        transformer = step.component.build(step.values, step.context)
        if transformer == "passthrough":
            continue
        placed = place_step(step.role, transformer, step.columns, step.read)
        planned.apply(step)
        steps.append((step.role.value, NumbersTransformer(placed) if planned.texts else placed))
        digest = _digest(placed, context.shape.n_rows)
        recipe.append((step.name, tuple(sorted(step.values.items())), digest))
    cache = context.cache.subsection(tuple(recipe))
    model_context = replace(planned.model_context(), seed=context.seed, cache=cache)
    values = values_of(configuration.model, configuration, model_context)
    estimator = model.build(values, model_context)
    return BuiltPipeline(Pipeline([*steps, (Role.MODEL.value, estimator)]), tuple(recipe))


def _digest(step: Any, n_rows: int) -> Hashable:
    """Return a digest that is equal only for equal steps.

    The number of rows can influence what a component builds. It is used as a digest only if a step
    cannot be pickled, since it varies by a few rows between folds that are fitted together.
    """
    try:
        return blake2b(pickle.dumps(step, protocol=5), digest_size=16).digest()
    except Exception:  # not importable by name, such as a class defined in a notebook
        return n_rows
