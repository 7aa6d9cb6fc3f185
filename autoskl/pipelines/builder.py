"""From a configuration to a pipeline of scikit-learn."""

from __future__ import annotations

import pickle
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from autoskl.components.component import Context, Role
from autoskl.components.registry import component
from autoskl.core.configuration import Configuration, Value
from autoskl.pipelines.open_roles import component_for, values_of, without_texts
from autoskl.pipelines.placement import STEPS, exact_behind, placed, read_by
from autoskl.pipelines.replacing import BesideTexts


@dataclass(frozen=True, slots=True, eq=False)
class Built:
    """An unfitted pipeline and what its steps before the model follow from.

    Attributes
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Its last step is named ``"model"``, the others are preprocessing.
    recipe : tuple
        Names and hyperparameters of the components of the preprocessing, and what was built of
        them. On the same rows, equal recipes give equal results.
    """

    pipeline: Any
    recipe: tuple[Hashable, ...]


def build_pipeline(configuration: Configuration, context: Context) -> Any:
    """Return an unfitted pipeline whose last step is named ``"model"``, see `build`."""
    return build(configuration, context).pipeline


def build(configuration: Configuration, context: Context) -> Built:
    """Return an unfitted pipeline with the recipe of its preprocessing.

    What the configuration leaves open but cannot do without is chosen here, see `component_for`.

    Parameters
    ----------
    configuration : Configuration
    context : Context
        Its columns and shape are those of the encoded rows that the pipeline is fitted on.

    Raises
    ------
    ValueError
        When a component of the configuration is not known.
    """
    from sklearn.pipeline import Pipeline

    family = describe(configuration)
    steps: list[tuple[str, Any]] = []
    recipe: list[Hashable] = []
    inner, texts = without_texts(configuration, replace(context, seed=context.fold_seed))
    n_exact = len(inner.columns)
    for role in STEPS:
        name = component_for(role, configuration, inner)
        if name is None:
            continue
        values = values_of(name, configuration, inner)
        read = read_by(role, inner.columns, n_exact)
        if not read and not inner.is_sparse:
            continue
        step, inner = _step(role, name, values, inner, read)
        if step != "passthrough":
            n_exact = exact_behind(role, read, n_exact)
            steps.append((role.value, BesideTexts(step) if texts else step))
            built = _digest(step, context.shape.n_rows)
            recipe.append((name, tuple(sorted(values.items())), built))
    cache = context.cache.under(tuple(recipe))
    inner = _with_columns(inner, (*inner.columns, *texts))
    of_model = replace(inner, seed=context.seed, cache=cache)
    estimator = component(family).build(values_of(family, configuration, of_model), of_model)
    return Built(Pipeline([*steps, (Role.MODEL.value, estimator)]), tuple(recipe))


def describe(configuration: Configuration) -> str:
    """Return a short name for people: that of the model."""
    return str(configuration[Role.MODEL])


def _step(
    role: Role, name: str, values: Mapping[str, Value], context: Context, read: list[int]
) -> tuple[Any, Context]:
    """Return the step and the context of the next one."""
    entry = component(name)
    inner = _with_columns(context, tuple(context.columns[i] for i in read))
    step = entry.build(values, inner)
    if step == "passthrough":
        return step, context
    made = entry.columns_out(values, inner)
    step, columns = placed(role, step, context.columns, read, made)
    return step, _with_columns(context, columns)


def _digest(step: Any, n_rows: int) -> Hashable:
    """Return what is equal only for equal steps.

    The number of rows that a component is told of may decide what it builds, and differs by a few
    where folds are fitted together.
    """
    try:
        return blake2b(pickle.dumps(step, protocol=5), digest_size=16).digest()
    except Exception:  # its class cannot be found by name, such as one of a notebook
        return n_rows


def _with_columns(context: Context, columns: tuple[Any, ...]) -> Context:
    if not columns:
        return context
    return replace(context, columns=columns, shape=replace(context.shape, n_columns=len(columns)))


def request_weights(pipeline: Any) -> None:
    """Make every step that takes the weights of rows ask for them by metadata routing.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Changed in place.
    """
    from sklearn import config_context
    from sklearn.utils.validation import has_fit_parameter

    with config_context(enable_metadata_routing=True):
        for estimator in _estimators(pipeline):
            if has_fit_parameter(estimator, "sample_weight"):
                estimator.set_fit_request(sample_weight=True)


def _estimators(pipeline: Any) -> Iterator[Any]:
    """Yield the steps of a pipeline and what stands inside of them."""
    for part in pipeline.get_params(deep=True).values():
        if hasattr(part, "fit") and hasattr(part, "set_fit_request"):
            yield part
