from __future__ import annotations

from dataclasses import replace

from autoskl.ensembles.constant_fallback import better_constant
from tests.ensembles.factories import with_losses


def test_the_constant_is_taken_where_the_ensemble_is_worse_on_unseen_rows():
    constant = replace(with_losses(0, {0: 0.6, 1: 0.8}), family="constant")
    lucky = with_losses(1, {0: 0.3, 1: 0.3})
    assert better_constant([constant, lucky], {1: 1.0}, 0.71, (0, 1)) is constant
    assert better_constant([constant, lucky], {1: 1.0}, 0.69, (0, 1)) is None
    assert better_constant([constant, lucky], {0: 1.0}, 0.71, (0, 1)) is None
    assert better_constant([lucky], {1: 1.0}, 0.71, (0, 1)) is None
