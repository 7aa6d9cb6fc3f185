from __future__ import annotations

import pytest

from autoskl.components.building.typed_values import float_value, int_value


def test_numbers_are_returned_with_their_type() -> None:
    assert int_value({"n_bins": 8}, "n_bins") == 8
    assert float_value({"C": 1}, "C") == 1.0


@pytest.mark.parametrize("value", [None, "8"])
def test_other_values_are_rejected(value: str | None) -> None:
    with pytest.raises(TypeError, match="n_bins must be a number"):
        int_value({"n_bins": value}, "n_bins")
    with pytest.raises(KeyError):
        int_value({}, "n_bins")
