from autoskl.neural.pacing import Pacing


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def run(pacing: Pacing, clock: Clock, n_steps: int, seconds: list[float]) -> list[float]:
    """Take epochs of the given lengths; return the progress after each."""
    found = []
    for each in seconds:
        if not pacing.begin_epoch():
            break
        for _ in range(n_steps):
            clock.now += each / n_steps
            pacing.step()
        pacing.end_epoch()
        found.append(pacing.progress)
    return found


def test_without_a_deadline_progress_is_the_share_of_the_steps() -> None:
    clock = Clock()
    found = run(Pacing(4, 5, None, clock), clock, 5, [1.0, 9.0, 1.0, 1.0, 1.0])
    assert found == [0.25, 0.5, 0.75, 1.0]


def test_the_schedule_ends_with_the_time() -> None:
    clock = Clock()
    pacing = Pacing(100, 4, clock() + 11.0, clock)
    pacing.expect(1.0)
    found = run(pacing, clock, 4, [1.0] * 100)
    assert len(found) == 10
    assert found[-1] == 1.0


def test_slower_epochs_become_fewer_and_still_end_the_schedule() -> None:
    clock = Clock()
    pacing = Pacing(100, 4, clock() + 20.0, clock)
    pacing.expect(1.0)
    found = run(pacing, clock, 4, [1.0] * 5 + [3.0] * 95)
    assert 5 < len(found) < 12
    assert found == sorted(found)
    assert found[-1] > 0.9
    assert clock() <= 120.0


def test_what_lasts_until_the_deadline_is_over() -> None:
    clock = Clock()
    pacing = Pacing(100, 4, clock() + 2.0, clock)
    assert [pacing.is_over(seconds) for seconds in (0.0, 1.9, 2.0)] == [False, False, True]
    clock.now += 2.0
    assert pacing.is_over()
    assert not Pacing(100, 4, None, clock).is_over(1e9)


def test_no_epoch_begins_for_which_there_is_no_time() -> None:
    clock = Clock()
    pacing = Pacing(100, 4, clock() + 0.5, clock)
    pacing.expect(1.0)
    assert not pacing.begin_epoch()
