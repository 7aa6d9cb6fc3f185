from __future__ import annotations

import pytest

from autoskl.components.predictors import passive_aggressive
from autoskl.components.predictors.passive_aggressive import linear_model
from tests.components.factories import table


@pytest.mark.parametrize("variant", ["pa1", "pa2"])
@pytest.mark.parametrize("classification", [True, False])
def test_both_variants_learn(variant: str, classification: bool) -> None:
    X, y = table(400, n_classes=2 if classification else 1)
    y = y if classification else (y - y.mean()) / y.std()
    model = linear_model(
        C=0.01, variant=variant, classification=classification, max_iter=50, random_state=0
    )
    assert model.fit(X, y).score(X, y) > 0.7


@pytest.mark.filterwarnings("ignore:Class PassiveAggressive:FutureWarning")
def test_older_versions_use_the_passive_aggressive_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    if not hasattr(passive_aggressive.library, "PassiveAggressiveClassifier"):
        pytest.skip("this version has none")
    monkeypatch.setattr(passive_aggressive, "_version", lambda: (1, 7))
    model = linear_model(C=0.1, variant="pa2", classification=True, max_iter=9, random_state=0)
    assert type(model).__name__ == "PassiveAggressiveClassifier"
    assert model.loss == "squared_hinge"
