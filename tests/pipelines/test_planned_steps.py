from __future__ import annotations

from autoskl.core.configuration import Configuration
from autoskl.pipelines.planned_steps import PlannedSteps
from autoskl.tables.columns import Column, Kind
from tests.pipelines.factories import NUMBER, PLAN, context_of

REVIEW = Column("review", Kind.TEXT)


def test_steps_read_the_columns_after_the_steps_applied_before() -> None:
    configuration = Configuration({"model": "linear", "scaler": "standard"})
    planned = PlannedSteps(configuration, context_of((NUMBER, PLAN)))
    read = {}
    for step in planned:
        read[step.name] = [step.columns[i].kind for i in step.read]
        planned.apply(step)
    assert read["one_hot"] == [Kind.CATEGORICAL]
    assert read["standard"] == [Kind.BOOLEAN] * PLAN.n_levels + [Kind.NUMERIC]
    assert planned.model_context().shape.n_columns == PLAN.n_levels + 1


def test_steps_that_are_not_applied_leave_the_columns_unchanged() -> None:
    planned = PlannedSteps(Configuration({"model": "linear"}), context_of((NUMBER, PLAN)))
    assert len(list(planned)) > 0
    assert planned.model_context().columns == (NUMBER, PLAN)


def test_native_texts_are_set_aside_for_the_model() -> None:
    configuration = Configuration({"model": "catboost", "text": "native_text"})
    planned = PlannedSteps(configuration, context_of((REVIEW, NUMBER)))
    assert planned.context.columns == (NUMBER,)
    assert planned.texts == (REVIEW,)
    assert planned.model_context().columns == (NUMBER, REVIEW)
