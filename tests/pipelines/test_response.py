from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from autoskl.components.component import Role
from autoskl.core.configuration import Configuration
from autoskl.core.task import Task
from autoskl.pipelines.default_space import default_space, drop_unsuitable
from autoskl.pipelines.pipeline_space import pipeline_space
from autoskl.pipelines.response import response_scale, scale_key
from tests.pipelines.factories import NUMBER, context_of, shape_of

Y = np.array([0.0, 1.0, 20.0])
SHAPE = shape_of((NUMBER,), Task.REGRESSION)
SKEWED = replace(SHAPE, has_skewed_values=True)


def scale_of(**values):
    context = context_of((NUMBER,), Task.REGRESSION)
    return response_scale(Configuration({"model": "linear", **values}), context, Y, None)


def test_targets_are_not_transformed_by_default():
    assert scale_of() is None
    assert scale_of(response="plain_response") is None


def test_the_offset_of_the_logarithm_is_a_hyperparameter():
    found = scale_of(response="log_response", **{"log_response:offset": 2.0})
    np.testing.assert_allclose(found.forward(Y), np.log1p(Y / 14.0))


@pytest.mark.parametrize(
    ("shape", "offered"),
    [(SHAPE, False), (SKEWED, True), (replace(SKEWED, has_negative_values=True), False)],
)
def test_response_is_a_choice_for_skewed_targets(shape, offered):
    space = pipeline_space(Task.REGRESSION, (NUMBER,), shape, is_sparse=False)
    assert (Role.RESPONSE.value in space.parameters) is offered
    if offered:
        assert space.default()["response"] == "plain_response"


def test_classification_has_no_response_scale():
    assert Role.RESPONSE.value not in default_space("binary").parameters


def test_user_spaces_are_adapted_to_the_target():
    space = default_space("regression")
    assert space.parameters["response"].levels == ("log_response", "plain_response")
    assert (
        len(drop_unsuitable(space, Task.REGRESSION, SKEWED).parameters["response"].levels or ())
        == 2
    )
    plain = drop_unsuitable(space, Task.REGRESSION, SHAPE).parameters["response"]
    assert plain.levels == ("plain_response",)


def test_response_scales_can_be_excluded():
    unwanted = {"response": ["log_response"]}
    space = pipeline_space(Task.REGRESSION, (NUMBER,), SKEWED, is_sparse=False, exclude=unwanted)
    assert Role.RESPONSE.value not in space.parameters


def test_scale_key_identifies_the_response_scale():
    plain = Configuration({"model": "linear", "response": "plain_response"})
    log = Configuration({"model": "linear", "response": "log_response", "log_response:offset": 0.1})
    other = Configuration({**log, "log_response:offset": 0.2})
    assert scale_key(plain) == scale_key(Configuration({"model": "lightgbm"}))
    assert len({scale_key(plain), scale_key(log), scale_key(other)}) == 3
    assert scale_key(Configuration({**log, "model": "lightgbm"})) == scale_key(log)
