from __future__ import annotations

import numpy as np
import pytest

from autoskl.core.configuration import Configuration
from autoskl.optimizers.archive import Archive
from autoskl.optimizers.bohb import BOHB
from autoskl.optimizers.kernel_density import KernelDensity, impute
from autoskl.space.array_view import ArrayView
from autoskl.space.conditions import when
from autoskl.space.forbidden import forbid
from autoskl.space.parameters import choice, constant, real
from autoskl.space.space import Space, space_of

CONDITIONAL = space_of(
    choice("algo", ["A", "B"]),
    when("algo", "A", real("xa", 0.0, 1.0)),
    when("algo", "B", real("xb", 0.0, 1.0)),
)


def reference_density(
    view: ArrayView, rows: np.ndarray, bandwidths: np.ndarray, point: np.ndarray
) -> float:
    """The mean of the products of kernels, written out."""
    total = 0.0
    for row in rows:
        product = 1.0
        for x, known, h, k in zip(point, row, bandwidths, view.n_levels, strict=True):
            if k:
                product *= 1 - h if x == known else h / (k - 1)
            else:
                product *= np.exp(-0.5 * ((x - known) / h) ** 2) / (h * np.sqrt(2 * np.pi))
        total += product
    return total / len(rows)


def test_bandwidths_follow_the_normal_reference_rule() -> None:
    view = space_of(real("a", 0.0, 1.0), choice("b", ["u", "v", "w"]), constant("c", 1)).view
    a = np.random.default_rng(0).normal(0.5, 0.05, 12)
    b = np.array([0.0] * 11 + [1.0])
    bandwidths = KernelDensity(view, np.c_[a, b, np.zeros(12)]).bandwidths
    factor = 1.06 * 12 ** (-1 / 7)
    assert bandwidths == pytest.approx([factor * a.std(), factor * b.std(), 0.0])


def test_bandwidths_have_limits() -> None:
    view = space_of(real("a", 0.0, 1.0), choice("b", ["u", "v", "w", "x"])).view
    rows = np.c_[np.full(6, 0.5), [0.0, 3.0] * 3]
    assert KernelDensity(view, rows).bandwidths == pytest.approx([1e-3, 0.75])


def test_the_density_is_a_mean_of_products_of_kernels() -> None:
    view = space_of(real("x", 0.0, 1.0), choice("c", ["a", "b", "c"]), real("y", 0.0, 1.0)).view
    rng = np.random.default_rng(1)
    rows, points = view.sample(rng, 8), view.sample(rng, 5)
    density = KernelDensity(view, rows)
    expected = [reference_density(view, rows, density.bandwidths, point) for point in points]
    assert np.exp(density.log_density(points)) == pytest.approx(expected)


def test_numbers_are_sampled_with_three_times_the_bandwidth() -> None:
    view = space_of(real("x", 0.0, 1.0)).view
    rows = np.random.default_rng(0).normal(0.5, 0.02, (12, 1))
    density = KernelDensity(view, rows)
    drawn = density.sample(np.random.default_rng(1), 50_000)
    kernel = np.sqrt(drawn.var() - rows.var())
    assert kernel == pytest.approx(3 * density.bandwidths[0], rel=0.02)


def test_samples_are_truncated_not_clipped() -> None:
    view = space_of(real("x", 0.0, 1.0)).view
    drawn = KernelDensity(view, np.array([[0.0], [1.0]])).sample(np.random.default_rng(0), 5_000)
    assert drawn.min() > 0.0
    assert drawn.max() < 1.0


def test_levels_are_redrawn_as_often_as_their_bandwidth() -> None:
    view = space_of(choice("c", ["a", "b", "c"], weights=[1, 1, 0])).view
    density = KernelDensity(view, np.array([[0.0]] * 9 + [[1.0]]))
    drawn = density.sample(np.random.default_rng(0), 50_000)[:, 0]
    kept = 1 - density.bandwidths[0]
    assert np.mean(drawn == 1) == pytest.approx(0.1 * kept + (1 - kept) / 2, abs=0.01)
    assert not (drawn == 2).any()


def test_missing_values_are_copied_together_from_rows_of_the_same_set() -> None:
    view = space_of(*(real(name, 0.0, 1.0) for name in "abcd")).view
    rows = np.array(
        [[0.1, np.nan, np.nan, np.nan], [0.2, 0.3, 0.4, np.nan], [0.5, 0.6, 0.7, np.nan]]
    )
    complete = impute(view, rows, np.random.default_rng(0))
    assert not np.isnan(complete).any()
    assert np.array_equal(complete[:, :3][~np.isnan(rows[:, :3])], rows[~np.isnan(rows)])
    assert tuple(complete[0, 1:3]) in {(0.3, 0.4), (0.6, 0.7)}


def told(space: Space, n: int = 40) -> BOHB:
    search = BOHB(space, original=True, random_share=0.0, seed=1)
    for _ in range(n):
        trial = search.ask()
        x = trial.configuration.get("xa", trial.configuration.get("xb"))
        search.tell(trial, abs(float(x) - 0.3))  # type: ignore[arg-type]
    return search


def test_the_density_ratio_varies_in_conditional_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    from autoskl.optimizers import bohb

    scores = []

    def spy(archive: Archive, candidates: np.ndarray, ratio: np.ndarray) -> Configuration:
        scores.append(ratio)
        return archive.view.decode(candidates[np.argmax(ratio)])

    monkeypatch.setattr(bohb, "best_new", spy)
    told(CONDITIONAL, 30)
    assert len(scores) > 15
    assert all(len(np.unique(ratio.round(9))) > 32 for ratio in scores)


def test_the_original_finds_good_values_in_conditional_spaces() -> None:
    found = [t.configuration.get("xa", t.configuration.get("xb")) for t in told(CONDITIONAL).trials]
    before, after = (np.abs(np.array(xs, float) - 0.3) for xs in (found[:8], found[20:]))
    assert np.median(after) < 0.5 * np.median(before)
    assert np.median(after) < 0.1


def test_the_original_proposes_nothing_forbidden() -> None:
    space = space_of(
        choice("algo", ["A", "B"]),
        when("algo", "A", real("xa", 0.0, 1.0), choice("k", ["u", "v"])),
        when("algo", "B", real("xb", 0.0, 1.0)),
        forbid({"algo": "A", "k": "v"}),
    )
    for trial in told(space).trials:
        space.validate(trial.configuration)
