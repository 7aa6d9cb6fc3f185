from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from autoskl.neural import RealMLPClassifier, TabMRegressor  # noqa: E402
from autoskl.neural.objectives import training_loss  # noqa: E402
from autoskl.neural.schedules import SCHEDULES  # noqa: E402
from autoskl.neural.trainer import Trainer  # noqa: E402

rng = np.random.default_rng(0)
X = rng.normal(size=(200, 3))
y = (X[:, 0] + rng.normal(size=200) > 0).astype(int)


def network(**changes: Any) -> RealMLPClassifier:
    small = {"variant": "small", "hidden_sizes": (8,), "n_epochs": 100, "batch_size": 64}
    return RealMLPClassifier(**{**small, "n_jobs": 1, "random_state": 0, **changes})


class Ticking:
    """A clock that advances by one second per reading."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@pytest.mark.parametrize("seconds", [90.0, 150.0])
def test_schedule_ends_with_the_time_estimated_from_trial_steps(
    monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    clock, progress = Ticking(), []
    train: Callable[..., Any] = Trainer.train

    def by_the_clock(self: Trainer, deadline: Any, stop: Any, groups: Any) -> Any:
        return train(self, deadline, stop, clock, groups)

    def noted(share: float) -> float:
        progress.append(share)
        return SCHEDULES["four_cycles"](share)

    monkeypatch.setattr(Trainer, "train", by_the_clock)
    monkeypatch.setattr("autoskl.neural.trainer.SCHEDULES", {**SCHEDULES, "four_cycles": noted})
    model = network(device="cpu").with_deadline(seconds).fit(X, y)
    assert 3 < len(model.curve_) < 40  # of 100: an epoch takes about 6 readings
    assert clock.now <= seconds
    assert progress == sorted(progress)
    assert progress[0] == 0.0
    assert progress[-1] > 0.85


class Work:
    """A clock that advances by ``slowness`` seconds per row that a network computes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.slowness = 0.0, 1.0
        self.at_once: list[int] = []
        forward: Callable[..., Any] = Trainer._forward
        train: Callable[..., Any] = Trainer.train

        def timed(trainer: Trainer, X: Any) -> Any:
            self.now += self.slowness * X.shape[1]
            self.at_once.append(X.shape[1])
            return forward(trainer, X)

        def by_the_clock(trainer: Trainer, deadline: Any, stop: Any, groups: Any) -> Any:
            return train(trainer, deadline, stop, self, groups)

        monkeypatch.setattr(Trainer, "_forward", timed)
        monkeypatch.setattr(Trainer, "train", by_the_clock)

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("seconds", "tried"), [(0.0, []), (30.0, [4, 4])])
def test_nothing_is_trained_without_time_for_a_step(
    monkeypatch: pytest.MonkeyPatch, seconds: float, tried: list[int]
) -> None:
    work = Work(monkeypatch)  # an epoch takes 5 steps of 32 rows
    model = network(device="cpu", batch_size=32).with_deadline(seconds)
    with pytest.warns(RuntimeWarning, match="no time for a single training step of RealMLPClass"):
        model.fit(X, y)
    assert work.at_once == tried
    assert len(model.curve_) == model.best_epoch_ == 0
    assert model.out_of_time_


@pytest.mark.parametrize(
    ("seconds", "computed", "n_steps"),
    [(100.0, [4, 4, 32, 32], 2), (150.0, [4, 4, 32, 32, 32], 1), (220.0, [4, 4, *[32] * 5], 3)],
)
def test_as_many_steps_are_trained_as_fit_if_no_epoch_does(
    monkeypatch: pytest.MonkeyPatch, seconds: float, computed: list[int], n_steps: int
) -> None:
    progress: list[float] = []
    noted = {**SCHEDULES, "four_cycles": lambda share: progress.append(share) or 1.0}
    monkeypatch.setattr("autoskl.neural.trainer.SCHEDULES", noted)
    work = Work(monkeypatch)  # an epoch takes 5 steps of 32 rows
    model = network(device="cpu", batch_size=32).with_deadline(seconds).fit(X, y)
    assert work.at_once == computed
    assert work.now <= seconds
    assert progress == [step / n_steps for step in range(n_steps)]
    assert len(model.curve_) == 0  # nothing to choose from, so nothing is validated
    assert model.best_epoch_ == 1
    assert model.out_of_time_
    assert np.ptp(model.predict_proba(X)[:, 0]) > 0


def test_out_of_time_means_fewer_epochs_than_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    Work(monkeypatch)
    assert not network(device="cpu", n_epochs=3).fit(X, y).out_of_time_
    assert not network(device="cpu", n_epochs=3).with_deadline(1e6).fit(X, y).out_of_time_
    cut = network(device="cpu", n_epochs=30).with_deadline(3000.0).fit(X, y)
    assert 0 < len(cut.curve_) < 30
    assert cut.out_of_time_


def test_held_out_rows_are_predicted_in_blocks_of_two_batches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    work = Work(monkeypatch)
    many = network(device="cpu", batch_size=8, n_epochs=3).fit(X, y)
    assert work.at_once[-3:] == [16, 16, 8]
    monkeypatch.setattr("autoskl.neural.trainer._BATCHES_AT_ONCE", 100)
    whole = network(device="cpu", batch_size=8, n_epochs=3).fit(X, y)
    assert work.at_once[-1] == 40
    np.testing.assert_allclose(many.curve_, whole.curve_, rtol=1e-5)


def test_slow_epoch_leaves_time_for_validation(monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work(monkeypatch)

    def slowing(share: float) -> float:
        work.slowness = 2.0  # once training has begun
        return 1.0

    monkeypatch.setattr("autoskl.neural.trainer.SCHEDULES", {**SCHEDULES, "four_cycles": slowing})
    model = network(device="cpu", batch_size=8, n_epochs=5).with_deadline(350.0).fit(X, y)
    assert len(model.curve_) == 1
    # Validation takes 80 seconds instead of the estimated 40, for which time is reserved.
    assert work.now < 350.0 + 80.0 - 40.0 + 16.0


@pytest.mark.parametrize("epoch", [1, 3])
def test_epoch_validated_too_late_counts_only_if_it_is_the_first(
    monkeypatch: pytest.MonkeyPatch, epoch: int
) -> None:
    work = Work(monkeypatch)
    losses: Callable[..., Any] = Trainer._losses
    judged = []

    def late(trainer: Trainer, schedule: Any) -> Any:
        judged.append(work.now)
        if len(judged) == epoch:
            work.now = 1e6
        return losses(trainer, schedule)

    monkeypatch.setattr(Trainer, "_losses", late)
    model = network(device="cpu", n_epochs=5).with_deadline(1e5).fit(X, y)
    assert len(judged) == epoch
    assert len(model.curve_) == max(1, epoch - 1)


def starved(monkeypatch: pytest.MonkeyPatch, fits: Callable[[str, int], bool]) -> list[Any]:
    """Simulate a GPU that runs out of memory unless ``fits(device, batch_size)``."""
    init: Callable[..., Any] = Trainer.__init__
    tried: list[Any] = []

    def refusing(self: Trainer, network: Any, *, device: str, **others: Any) -> None:
        (batch_size,) = {recipe.batch_size for recipe in others["recipes"]}
        tried.append((device, batch_size))
        if not fits(device, batch_size):
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 GiB.")
        init(self, network, device="cpu", **others)

    monkeypatch.setattr(Trainer, "__init__", refusing)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(torch.cuda, "set_per_process_memory_fraction", lambda *given: None)
    return tried


def test_batch_size_is_halved_until_it_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = starved(monkeypatch, lambda device, batch: batch <= 16)
    model = network(device="cuda", n_epochs=3).fit(X, y)
    assert tried == [("cuda:0", 64), ("cuda:0", 32), ("cuda:0", 16)]
    smaller = network(device="cpu", n_epochs=3, batch_size=16).fit(X, y)
    np.testing.assert_array_equal(model.predict_proba(X), smaller.predict_proba(X))


def test_network_too_large_for_the_gpu_is_trained_on_the_cpu_with_a_warning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = starved(monkeypatch, lambda device, batch: device == "cpu")
    with pytest.warns(RuntimeWarning, match="'cuda:0' does not have enough .* Training on the CPU"):
        model = network(device="auto", n_epochs=3).fit(X, y)
    assert tried == [("cuda:0", n) for n in (64, 32, 16, 8)] + [("cpu", 64)]
    assert len(model.curve_) == 3


@pytest.mark.parametrize("shared", [True, False])
def test_members_share_batches_or_draw_their_own(
    monkeypatch: pytest.MonkeyPatch, shared: bool
) -> None:
    seen = []

    def noted(recipe: Any, outputs: Any, y: Any, *others: Any) -> Any:
        seen.append(y.expand(1, 50) if y.dim() == 2 else y[0].T)
        return training_loss(recipe, outputs, y, *others)

    monkeypatch.setattr("autoskl.neural.trainer.training_loss", noted)
    target = rng.permutation(200).astype(float)
    TabMRegressor(
        k=3, width=4, n_blocks=1, n_epochs=1, batch_size=50, shared_batches=shared, device="cpu",
        validation_fraction=0.0, n_jobs=1, random_state=0,
    ).fit(X, target)  # fmt: skip
    orders = torch.cat(seen, dim=1)
    assert len(seen) == 4
    assert orders.shape == (1 if shared else 3, 200)
    assert all(len(set(order.tolist())) == 200 for order in orders)
    assert len({tuple(order.tolist()) for order in orders}) == len(orders)
