"""The advice about unknown names."""

from __future__ import annotations

import pytest

from autoskl.core.suggestions import did_you_mean

NAMES = ["linear", "linear_svm", "lightgbm"]


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("liner", "Did you mean 'linear' or 'linear_svm'?"),
        ("LightGBM", "Did you mean 'lightgbm'?"),
        (7, "Known names: 'lightgbm', 'linear', 'linear_svm'."),
    ],
)
def test_similar_names_are_suggested_else_all_are_listed(name: object, advice: str) -> None:
    assert did_you_mean(name, NAMES) == advice


def test_long_lists_are_cut() -> None:
    advice = did_you_mean("zzz", [f"name_{i:02}" for i in range(30)])
    assert advice.startswith("Known names: 'name_00', ")
    assert advice.endswith("'name_19', ....")


def test_without_names_there_is_nothing_to_suggest() -> None:
    assert did_you_mean("zzz", []) == "Known names: none."
