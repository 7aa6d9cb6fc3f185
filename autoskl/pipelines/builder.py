"""From a configuration to a pipeline of scikit-learn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from autoskl.components.component import Component, Context, Role
from autoskl.components.registry import component, components
from autoskl.core.configuration import Configuration
from autoskl.pipelines.template import likeliest, suits
from autoskl.tables.columns import Kind


def build_pipeline(configuration: Configuration, context: Context) -> Any:
    """Return an unfitted pipeline whose last step is named ``"model"``.

    The other steps are preprocessing. What the configuration leaves open but the model cannot do
    without is chosen here: an encoder where there are categories, an imputer because values may be
    missing later.

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
    model = component(family)
    steps: list[tuple[str, Any]] = []
    for role in (Role.ENCODER, Role.IMPUTER, Role.SCALER):
        name = _chosen(role, configuration, model, context)
        if name is None:
            continue
        step, context = (_encoder_step if role is Role.ENCODER else _step)(
            name, configuration, context
        )
        if step != "passthrough":
            steps.append((role.value, step))
    estimator = model.build(_values(family, configuration, context), context)
    return Pipeline([*steps, (Role.MODEL.value, estimator)])


def describe(configuration: Configuration) -> str:
    """Return a short name for people: that of the model."""
    return str(configuration[Role.MODEL])


def _chosen(
    role: Role, configuration: Configuration, model: Component, context: Context
) -> str | None:
    """Return the component of a role, None where there is nothing to do."""
    if role is Role.ENCODER:
        if not _categorical(context) or (model.tags.categorical and role not in configuration):
            return None
    elif role is Role.IMPUTER and model.tags.missing:
        return None
    if role in configuration:
        return str(configuration[role])
    if role is Role.SCALER:
        return None
    usable = {
        name: entry
        for name, entry in components(role, context.task).items()
        if (role is not Role.ENCODER or suits(entry, model))
        and (entry.tags.sparse or not context.is_sparse)
    }
    return likeliest(usable)


def _step(name: str, configuration: Configuration, context: Context) -> tuple[Any, Context]:
    """Return the step and the context of the next one."""
    entry = component(name)
    values = _values(name, configuration, context)
    columns = entry.columns_out(values, context)
    return entry.build(values, context), _with_columns(context, columns)


def _encoder_step(name: str, configuration: Configuration, context: Context) -> tuple[Any, Context]:
    """Return a step that encodes the categorical columns and puts them before the others."""
    from sklearn.compose import ColumnTransformer

    where = _categorical(context)
    categorical = tuple(context.columns[i] for i in where)
    others = tuple(column for i, column in enumerate(context.columns) if i not in set(where))
    step, inner = _step(name, configuration, _with_columns(context, categorical))
    if step == "passthrough":
        return step, context
    if others:
        step = ColumnTransformer(
            [("categorical", step, where)], remainder="passthrough", sparse_threshold=0
        )
    return step, _with_columns(context, (*inner.columns, *others))


def _values(name: str, configuration: Configuration, context: Context) -> dict[str, Any]:
    """Return the hyperparameters of a component, with defaults for those that are not given."""
    given = configuration.part(name)
    return dict(component(name).parameters(context.task).complete(given))


def _categorical(context: Context) -> list[int]:
    return [i for i, c in enumerate(context.columns) if c.kind is Kind.CATEGORICAL]


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
        for _, step in pipeline.steps:
            inner = [part for _, part, _ in getattr(step, "transformers", ())]
            for estimator in (step, *inner):
                if has_fit_parameter(estimator, "sample_weight"):
                    estimator.set_fit_request(sample_weight=True)
