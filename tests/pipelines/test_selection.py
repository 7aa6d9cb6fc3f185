from __future__ import annotations

import pytest

from autoskl.components.component import Role
from autoskl.components.models.tabm import TabM
from autoskl.core.task import Task
from autoskl.pipelines.selection import Names, select


def models(include: Names | None = None, exclude: Names | None = None) -> set[str]:
    return set(select(Task.BINARY, is_sparse=False, include=include, exclude=exclude)[Role.MODEL])


def test_all_models_but_the_constant_are_selected() -> None:
    assert {"lightgbm", "linear", "random_forest"} <= models()
    assert "constant" not in models()


def test_include_and_exclude() -> None:
    assert models(["linear", "constant"]) == {"linear", "constant"}
    assert models("linear") == {"linear"}
    assert models({"model": ["linear", "lightgbm"]}, ["linear"]) == {"lightgbm"}
    assert models({"scaler": ["standard"]}) == models()
    chosen = select(
        Task.BINARY,
        is_sparse=False,
        include={"scaler": ["standard"]},
        exclude={"encoder": ["native"]},
    )
    assert set(chosen[Role.SCALER]) == {"standard"}
    assert {"one_hot", "ordinal"} <= set(chosen[Role.ENCODER])
    assert "native" not in chosen[Role.ENCODER]


def test_sparse_tables_get_components_that_accept_them() -> None:
    chosen = select(Task.REGRESSION, is_sparse=True)
    assert "lightgbm" in chosen[Role.MODEL]
    assert "k_nearest_neighbors" not in chosen[Role.MODEL]
    assert "quantile" not in chosen[Role.SCALER]


@pytest.mark.parametrize(
    ("include", "message"),
    [
        (["ligthgbm"], "Did you mean 'lightgbm'"),
        ({"scaler": ["standart"]}, "no scaler .in 'include'. 'standart'. Did you mean 'standard'"),
        ({"modle": ["linear"]}, "Got 'modle'. Did you mean 'model'"),
        (["standard"], "'standard' in 'include' is not a model but a scaler"),
        ([], "No model is left for binary"),
    ],
)
def test_unknown_names_are_rejected_with_suggestions(include: Names, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        select(Task.BINARY, is_sparse=False, include=include)


def test_an_empty_selection_is_rejected() -> None:
    with pytest.raises(ValueError, match="No model is left for binary on a sparse table"):
        select(Task.BINARY, is_sparse=True, include=["k_nearest_neighbors"])


def test_components_with_missing_packages_are_rejected_with_advice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("autoskl.components.registry.is_installed", lambda name: name != "torch")
    with pytest.raises(ValueError, match=r"'tabm' in 'include' needs torch.*'\.\[torch\]'"):
        select(Task.BINARY, is_sparse=False, include=["tabm"])
    with pytest.raises(ValueError, match="'embedding' in 'include' needs torch"):
        select(Task.BINARY, is_sparse=False, include={"encoder": ["embedding"]})


def test_packages_of_other_components_are_no_extras_of_autoskl(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("autoskl.components.registry.is_installed", lambda name: name != "torch")
    monkeypatch.setattr("autoskl.components.registry._registered", {"other_tabm": TabM()})
    with pytest.raises(ValueError, match=r"needs torch, .* Install it, or leave 'other_tabm' out"):
        select(Task.BINARY, is_sparse=False, include=["other_tabm"])
