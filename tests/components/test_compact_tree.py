from __future__ import annotations

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor, ExtraTreeClassifier

from autoskl.components.predictors.compact_tree import CompactTree, round_values
from tests.components.factories import table


@pytest.mark.parametrize(
    ("tree", "n_classes"),
    [
        (DecisionTreeClassifier(random_state=0), 2),
        (DecisionTreeClassifier(random_state=0, max_leaf_nodes=9), 5),
        (ExtraTreeClassifier(random_state=0), 3),
        (DecisionTreeRegressor(random_state=0), 1),
        (DecisionTreeRegressor(random_state=0, max_depth=0 + 1), 1),
    ],
    ids=str,
)
def test_restored_tree_predicts_the_same(tree: DecisionTreeClassifier, n_classes: int) -> None:
    X, y = table(200, 4, n_classes)
    X[::9, 1] = np.nan
    Z = np.vstack([X, table(500, 4, seed=1)[0]]).astype(np.float32)
    fitted = tree.fit(X, y).tree_
    round_values(fitted)
    # Rounding could matter only for values at the thresholds.
    for column in range(4):
        at = fitted.threshold[fitted.feature == column].astype(np.float32)
        Z[: len(at), column] = at[: len(Z)]
    compact = CompactTree.of(fitted)
    np.testing.assert_array_equal(compact.restore().predict(Z), fitted.predict(Z))
    full = sum(array.nbytes for array in compact.fields.values()) + compact.values.nbytes
    assert full < 0.45 * (fitted.node_count * 64 + fitted.value.nbytes)


def test_tree_with_one_leaf_is_restored() -> None:
    tree = DecisionTreeRegressor().fit(np.zeros((5, 2)), np.full(5, 2.5)).tree_
    restored = CompactTree.of(tree).restore()
    assert restored.predict(np.zeros((1, 2), dtype=np.float32)).ravel().tolist() == [2.5]
