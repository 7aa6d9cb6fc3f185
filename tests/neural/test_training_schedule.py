from autoskl.neural.training_schedule import TrainingSchedule


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def run(
    schedule: TrainingSchedule, clock: Clock, n_steps: int, seconds: list[float]
) -> list[float]:
    """Run epochs of the given durations; return the progress after each."""
    found = []
    for each in seconds:
        if not schedule.begin_epoch():
            break
        for _ in range(n_steps):
            clock.now += each / n_steps
            schedule.step()
        schedule.end_epoch()
        found.append(schedule.progress)
    return found


def test_progress_is_the_fraction_of_steps_without_a_deadline() -> None:
    clock = Clock()
    found = run(TrainingSchedule(4, 5, None, clock), clock, 5, [1.0, 9.0, 1.0, 1.0, 1.0])
    assert found == [0.25, 0.5, 0.75, 1.0]


def test_schedule_ends_with_the_time() -> None:
    clock = Clock()
    schedule = TrainingSchedule(100, 4, clock() + 11.0, clock)
    schedule.expect(1.0)
    found = run(schedule, clock, 4, [1.0] * 100)
    assert len(found) == 10
    assert found[-1] == 1.0


def test_slower_epochs_still_complete_the_schedule() -> None:
    clock = Clock()
    schedule = TrainingSchedule(100, 4, clock() + 20.0, clock)
    schedule.expect(1.0)
    found = run(schedule, clock, 4, [1.0] * 5 + [3.0] * 95)
    assert 5 < len(found) < 12
    assert found == sorted(found)
    assert found[-1] > 0.9
    assert clock() <= 120.0


def test_is_over_once_the_deadline_is_reached() -> None:
    clock = Clock()
    schedule = TrainingSchedule(100, 4, clock() + 2.0, clock)
    assert [schedule.is_over(seconds) for seconds in (0.0, 1.9, 2.0)] == [False, False, True]
    clock.now += 2.0
    assert schedule.is_over()
    assert not TrainingSchedule(100, 4, None, clock).is_over(1e9)


def test_first_epoch_is_a_part_if_there_is_no_time_for_it() -> None:
    clock = Clock()
    schedule = TrainingSchedule(100, 10, clock() + 0.5, clock)
    schedule.expect(1.2, 0.1)  # the rest is validation
    assert schedule.begin_epoch()
    assert schedule.is_partial
    assert schedule.n_steps == 4
    progress = []
    for _ in range(4):
        progress.append(schedule.progress)
        schedule.step()
    assert [*progress, schedule.progress] == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert not schedule.is_complete


def test_no_epoch_starts_without_time_for_a_step() -> None:
    clock = Clock()
    schedule = TrainingSchedule(100, 10, clock() + 0.5, clock)
    schedule.expect(6.0, 0.6)
    assert not schedule.begin_epoch()
    assert not schedule.is_partial


def test_only_the_first_epoch_may_be_a_part() -> None:
    clock = Clock()
    schedule = TrainingSchedule(100, 4, clock() + 3.5, clock)
    schedule.expect(2.0, 0.5)
    assert run(schedule, clock, 4, [2.0, 2.0]) == [1.0]
    assert not schedule.is_partial
    nothing = TrainingSchedule(0, 4, clock() + 0.5, clock)
    nothing.expect(1.0, 0.1)
    assert not nothing.begin_epoch()
