from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autoskl.components.fitting.class_weights import ClassWeights

LABELS = np.array([0, 0, 0, 2, 2, 5])


@given(st.floats(0, 1), st.lists(st.floats(0.01, 100), min_size=6, max_size=6))
def test_sum_of_weights_is_kept_and_rare_classes_gain(strength: float, weight: list[float]) -> None:
    before = np.array(weight)
    after = ClassWeights(strength).weights(LABELS, before)
    np.testing.assert_allclose(after.sum(), before.sum())
    totals = np.array([before[c == LABELS].sum() for c in (0, 2, 5)])
    ratio = np.array([(after / before)[c == LABELS][0] for c in (0, 2, 5)])
    assert np.all(np.diff(ratio[np.argsort(totals)]) <= 1e-9 * ratio.max())


def test_full_strength_gives_all_classes_the_same_weight() -> None:
    after = ClassWeights(1.0).weights(LABELS)
    np.testing.assert_allclose([after[c == LABELS].sum() for c in (0, 2, 5)], 2.0)
    np.testing.assert_allclose(ClassWeights(0.0).weights(LABELS), 1.0)
