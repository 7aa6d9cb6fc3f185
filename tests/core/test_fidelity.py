from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoskl.core.fidelity import FULL, FULL_ONLY, Fidelity, epoch_ladder, geometric_ladder


def test_default_epoch_ladder():
    shares = [rung.fidelity.epochs for rung in epoch_ladder().rungs]
    assert shares == pytest.approx([1 / 9, 1 / 3, 1])
    assert all(rung.fidelity.rows == rung.fidelity.folds == 1 for rung in epoch_ladder().rungs)
    assert epoch_ladder(lowest=0.5) == FULL_ONLY


@given(st.floats(0.001, 1.0), st.floats(1.5, 10.0))
def test_ladders_increase_to_full_fidelity_and_respect_the_lowest_share(lowest, eta):
    for ladder, share in ((epoch_ladder, "epochs"), (geometric_ladder, "rows")):
        rungs = ladder(lowest, eta).rungs
        shares = [getattr(rung.fidelity, share) for rung in rungs]
        assert shares == [rung.cost for rung in rungs] == sorted(shares)
        assert rungs[-1].fidelity == FULL
        assert lowest * (1 - 1e-6) <= shares[0] <= max(lowest * eta, lowest) * (1 + 1e-6) or (
            shares == [1.0]
        )


@pytest.mark.parametrize("name", ["rows", "epochs", "folds"])
def test_shares_outside_0_to_1_are_rejected(name):
    for wrong in (0.0, 1.5):
        with pytest.raises(ValueError, match=rf"Fidelity.{name} must be in \(0, 1\]"):
            Fidelity(**{name: wrong})
