from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given, settings

from autoskl.space import (
    Space,
    choice,
    constant,
    forbid,
    from_json,
    integer,
    ordinal,
    real,
    space_of,
    to_json,
    when,
)
from tests.space.strategies import random_spaces

SPACE = space_of(
    choice("model", ["svm", True, 1.5], weights=[1, 2, 3]),
    when("model", "svm", real("C", 0.01, 100, log=True), ordinal("o", [1, 2], 2)),
    integer("k", 1, 9),
    constant("none", None),
    forbid({"model": [True], "k": [1, 2]}),
)


def test_the_document_is_plain_and_complete() -> None:
    content = json.loads(to_json(SPACE, indent=2))
    assert content["format"] == 1
    assert content["parameters"][1] == {
        "kind": "choice",
        "name": "model",
        "values": ["svm", True, 1.5],
        "default": "svm",
        "weights": [1.0, 2.0, 3.0],
    }
    assert content["conditions"][0] == {"child": "C", "parent": "model", "values": ["svm"]}
    assert content["forbidden"] == [{"k": [1, 2], "model": [True]}]


def test_the_digest_is_the_same_in_another_process() -> None:
    code = f"from autoskl.space import from_json; print(from_json({to_json(SPACE)!r}).digest)"
    run = [sys.executable, "-c", code]
    found = subprocess.run(run, capture_output=True, text=True, check=True).stdout.strip()
    assert found == SPACE.digest


def test_the_digest_never_changes() -> None:
    # Names of files and seeds depend on it.
    space = space_of(choice("a", [True, None, "x"]), when("a", "x", real("b", 0.1, 1.0)))
    assert space.digest[:16] == "2515d83e2290c15a"


@pytest.mark.parametrize(
    "changed",
    [
        SPACE.override("k", upper=8),
        SPACE.override("C", log=False),
        SPACE.override("model", weights=[1, 2, 4]),
        SPACE.override("model", values=["svm", 1, 1.5]),
        SPACE.override("none", value="None"),
        SPACE.override("o", default=1),
    ],
)
def test_different_spaces_have_different_digests(changed: Space) -> None:
    assert changed.digest != SPACE.digest


@settings(deadline=None, max_examples=40)
@given(space=random_spaces())
def test_json_keeps_everything(space: Space) -> None:
    again = from_json(to_json(space))
    assert again.digest == space.digest
    assert to_json(again) == to_json(space)
    assert repr(list(again.parameters.values())) == repr(list(space.parameters.values()))
    assert repr(again.conditions) == repr(space.conditions)
    assert repr(again.forbidden) == repr(space.forbidden)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "Expecting property name"),
        ("[]", "reads search spaces of format 1. Got None"),
        ('{"format": 2}', "format 1. Got 2"),
        ('{"format": 1}', "does not describe a search space .*'parameters'"),
        (
            '{"format": 1, "parameters": [{"kind": "odd"}], "conditions": [], "forbidden": []}',
            "does not describe a search space .*'odd'",
        ),
        (
            '{"format": 1, "parameters": [{"kind": "real", "name": "a", "lower": 1, "upper": 0, '
            '"default": 0}], "conditions": [], "forbidden": []}',
            "lower <= default <= upper",
        ),
        (
            '{"format": 1, "parameters": [{"kind": "real", "name": "a"}], "conditions": [], '
            '"forbidden": []}',
            "does not describe a search space .*lower",
        ),
    ],
)
def test_invalid_documents_are_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_json(text)
