"""From a configuration to a pipeline of scikit-learn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from autoskl.components.component import Context, Role
from autoskl.components.registry import component
from autoskl.core.configuration import Configuration
from autoskl.pipelines.open_roles import component_for
from autoskl.pipelines.placement import STEPS, placed, read_by


def build_pipeline(configuration: Configuration, context: Context) -> Any:
    """Return an unfitted pipeline whose last step is named ``"model"``.

    The other steps are preprocessing. What the configuration leaves open but cannot do without is
    chosen here, see `component_for`.

    Parameters
    ----------
    configuration : Configuration
    context : Context
        Its columns and shape are those of the encoded rows that the pipeline is fitted on.

    Returns
    -------
    sklearn.pipeline.Pipeline

    Raises
    ------
    ValueError
        When a component of the configuration is not known.
    """
    from sklearn.pipeline import Pipeline

    family = describe(configuration)
    steps: list[tuple[str, Any]] = []
    inner = replace(context, seed=context.fold_seed)
    for role in STEPS:
        name = component_for(role, configuration, inner)
        if name is not None:
            step, inner = _step(role, name, configuration, inner)
            if step != "passthrough":
                steps.append((role.value, step))
    of_model = replace(inner, seed=context.seed)
    estimator = component(family).build(_values(family, configuration, of_model), of_model)
    return Pipeline([*steps, (Role.MODEL.value, estimator)])


def describe(configuration: Configuration) -> str:
    """Return a short name for people: that of the model."""
    return str(configuration[Role.MODEL])


def _step(
    role: Role, name: str, configuration: Configuration, context: Context
) -> tuple[Any, Context]:
    """Return the step and the context of the next one."""
    entry = component(name)
    read = tuple(context.columns[i] for i in read_by(role, context.columns))
    inner = _with_columns(context, read)
    values = _values(name, configuration, inner)
    step = entry.build(values, inner)
    if step == "passthrough":
        return step, context
    made = entry.columns_out(values, inner)
    step, columns = placed(role, step, context.columns, made)
    return step, _with_columns(context, columns)


def _values(name: str, configuration: Configuration, context: Context) -> dict[str, Any]:
    """Return the hyperparameters of a component, with defaults for those that are not given."""
    given = configuration.part(name)
    return dict(component(name).parameters(context.task).complete(given))


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
