import numpy as np
import pytest

from autoskl.neural.epoch_choice import EpochChoice

LOSSES = np.array([[3, 1, 9], [2, 4, 8], [4, 0.5, 7], [5, 3, 6]], dtype=float)


def test_group_uses_the_epoch_with_the_lowest_mean_loss() -> None:
    choice = EpochChoice([0, 0, 1], None, None)
    improved = [choice.update(losses) for losses in LOSSES]
    assert improved == [[0, 1, 2], [2], [2], [2]]
    assert [choice.best_epoch(i) for i in range(3)] == [1, 1, 4]
    np.testing.assert_array_equal(choice.curve(1), LOSSES[:, 1])


def test_group_out_of_patience_is_finished_while_others_continue() -> None:
    choice = EpochChoice([0, 0, 1], 0, lambda curve: False)
    for losses in LOSSES:
        assert not choice.is_finished
        choice.update(losses)
    assert len(choice.curve(0)) == len(choice.curve(1)) == 2
    assert len(choice.curve(2)) == 4
    assert choice.best_epoch(0) == 1  # later epochs are ignored
    assert not choice.was_stopped(0)


def test_ties_go_to_the_last_epoch_unless_there_is_a_patience() -> None:
    losses = [np.array([loss]) for loss in (np.inf, 3.0, 2.0, 4.0, 2.0)]
    for patience, expected in ((None, 5), (9, 3)):
        choice = EpochChoice([0], patience, lambda curve: False)
        improved = [choice.update(each) for each in losses]
        assert improved[0] == []  # a diverged epoch is not kept
        assert choice.best_epoch(0) == expected


def test_stop_receives_the_mean_curve() -> None:
    shown = []
    choice = EpochChoice([0, 0], None, lambda curve: shown.append(curve) or len(curve) == 2)
    for losses in LOSSES[:2, :2]:
        choice.update(losses)
    assert choice.is_finished
    assert choice.was_stopped(1)
    np.testing.assert_array_equal(shown[-1], [2, 3])


class Counted(np.ndarray):
    """Losses that count how often they are read."""

    n_reads = 0

    def __getitem__(self, key):
        Counted.n_reads += 1
        return super().__getitem__(key)


@pytest.mark.parametrize("stop", [None, lambda curve: False])
def test_losses_of_earlier_epochs_are_not_read_again(monkeypatch, stop) -> None:
    monkeypatch.setattr(Counted, "n_reads", 0)
    choice = EpochChoice([0, 0, 1], None, stop)
    for losses in LOSSES:
        choice.update(losses.view(Counted))
    assert Counted.n_reads == 2 * len(LOSSES)


def test_last_epoch_is_used_without_held_out_rows() -> None:
    choice = EpochChoice([0, 1], None, lambda curve: True)
    assert [choice.update(np.empty(0)) for _ in range(3)] == [[0, 1]] * 3
    assert choice.best_epoch(1) == 3
    assert choice.curve(0).shape == (0,)
    assert not choice.is_finished
