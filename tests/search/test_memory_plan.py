"""Memory is planned by priors, corrected by what is measured where a clock may decide."""

from __future__ import annotations

import re

import pytest

from autoskl.components.component import Component, Cost, Role, Shape, Tags
from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL, Fidelity
from autoskl.core.result import FoldResult, Status, failed_fold
from autoskl.core.trial import Trial
from autoskl.pipelines.costs import ModelInput
from autoskl.search import memory_plan
from autoskl.search.memory_plan import MemoryPlan, TableSize
from autoskl.space import Space
from tests.history.factories import fold
from tests.search.simulated import ManualClock

GB = 2**30
HUNGRY = Configuration({"model": "hungry"})


class Hungry(Component):
    """Needs a GB for a million rows."""

    role = Role.MODEL

    def parameters(self, task):
        return Space(())

    def build(self, values, context):
        raise AssertionError("nothing is fitted here")

    def cost(self, values, shape):
        return Cost(seconds=1.0, bytes=1e-6 * GB * shape.n_rows)


@pytest.fixture(autouse=True)
def hungry(monkeypatch):
    monkeypatch.setattr(memory_plan, "component", lambda name: Hungry())


def plan(limit, *, timed=True, given=True, used=GB // 10, n_rows=1_000_000):
    """A plan for a table of 100 bytes per row, of which a fold fits 90 %."""
    shape = Shape(n_rows=n_rows, n_columns=25)
    table = TableSize(shape=shape, row_bytes=100.0, train_share=0.9)
    return MemoryPlan(
        table, limit, given=given, timed=timed, clock=ManualClock(), used=lambda: used
    )


def trial(rows=1.0, number=1):
    return Trial(number, HUNGRY, Fidelity(rows=rows), "smac")


def measured(n_bytes, status=Status.OK):
    result = fold(0, 0.5) if status is Status.OK else failed_fold(0, status, "too much")
    return FoldResult(
        0, status, result.rows, result.predictions, losses=result.losses, peak_bytes=n_bytes
    )


def test_a_need_is_that_of_the_model_and_of_the_rows_taken():
    assert plan(None).need(trial()) == pytest.approx(0.9 * GB + 0.1 * GB + 30e6, rel=0.01)
    assert plan(None).need(trial(0.5)) == pytest.approx(0.55 * GB, rel=0.05)


def test_steps_before_the_model_take_rows_in_double_precision():
    scaled = Trial(1, Configuration({"model": "hungry", "scaler": "standard"}))
    assert plan(None).need(scaled) - plan(None).need(trial()) == 1_000_000 * 25 * 8


def test_what_fits_is_not_refused():
    assert plan(2 * GB).refusal(trial()) is None
    assert plan(None).refusal(trial()) is None


def test_a_refusal_names_the_limit_that_would_allow_it():
    reason = plan(1 * GB).refusal(trial())
    found = re.fullmatch(
        r"Not started: a fit needs about 1\.0 GB of memory, and 712 MB are free for one under "
        r"memory_limit=1\.0 GB\. A memory_limit of at least ([\d.]+) GB would allow it\.",
        reason,
    )
    assert plan(int(float(found[1]) * GB)).refusal(trial()) is None


def test_what_the_main_process_holds_is_not_free():
    assert "are free" in plan(2 * GB, used=GB).refusal(trial())
    assert "0 MB are free" in plan(GB, used=3 * GB).refusal(trial())


def test_the_constant_model_is_never_refused():
    constant = Trial(0, HUNGRY, FULL, "constant")
    assert plan(1).refusal(constant) is None


def test_without_a_clock_only_a_limit_in_numbers_refuses():
    assert plan(GB // 2, timed=False, given=False).refusal(trial()) is None
    assert plan(GB // 2, timed=False).refusal(trial()) is not None


def test_without_a_clock_nothing_measured_counts():
    planned = plan(2 * GB, timed=False, used=10 * GB)
    before = planned.need(trial())
    planned.observe(trial(), measured(10 * GB))
    assert planned.need(trial()) == before
    assert planned.refusal(trial()) is None
    assert planned.affordable(HUNGRY, FULL) == FULL


def test_a_family_that_took_more_is_expected_to_take_more():
    planned = plan(2 * GB)
    planned.observe(trial(0.5), measured(GB))
    assert planned.need(trial()) > 1.9 * GB
    planned.observe(trial(0.5), measured(GB // 2))
    assert planned.need(trial()) > 1.9 * GB  # the worst counts


def test_one_that_was_stopped_needs_more_than_was_seen():
    stopped, ended = plan(2 * GB), plan(2 * GB)
    stopped.observe(trial(), measured(2 * GB, Status.MEMORY))
    ended.observe(trial(), measured(2 * GB))
    assert stopped.need(trial()) > ended.need(trial()) > 2 * GB


def test_failures_of_other_kinds_and_small_fits_tell_nothing():
    planned = plan(2 * GB)
    before = planned.need(trial())
    planned.observe(trial(), measured(GB // 10, Status.RAISED))
    planned.observe(trial(0.001), measured(50_000_000))
    assert planned.need(trial()) == before


def test_under_a_clock_rows_are_left_out_until_a_fit_has_room():
    planned = plan(GB)
    assert planned.affordable(HUNGRY, FULL) == Fidelity(rows=0.5)
    assert planned.refusal(trial(0.5)) is None
    assert re.search(
        r"within memory_limit=1\.0 GB: hungry \(50%\)\. .* at least 1\.\d GB would allow all rows",
        planned.shrinking_message(),
    )


def test_where_no_share_has_room_nothing_is_shrunk():
    planned = plan(GB, used=2 * GB)
    assert planned.affordable(HUNGRY, FULL) == FULL
    assert planned.shrinking_message() == ""


SCALED = Configuration({"model": "hungry", "scaler": "standard"})


def test_steps_copy_no_more_of_a_large_table_than_it_has_unless_the_user_gives_a_limit():
    # 200 bytes a row in double precision, of which a tenth is always predicted: 100 MB allow 44 %.
    assert plan(10 * GB, given=False).affordable(SCALED, FULL).rows == 0.25
    assert plan(10 * GB, given=False).allows(Trial(1, SCALED, Fidelity(rows=0.44)))
    assert not plan(10 * GB, given=False).allows(Trial(1, SCALED, Fidelity(rows=0.45)))
    for spared in (
        plan(10 * GB, given=True),
        plan(None, given=False),
        plan(10 * GB, given=False, timed=False),
        plan(10 * GB, given=False, n_rows=90_000),
    ):
        assert spared.affordable(SCALED, FULL) == FULL
    assert plan(10 * GB, given=False).affordable(HUNGRY, FULL) == FULL


def test_boosted_trees_keep_all_rows(monkeypatch):
    monkeypatch.setattr(Hungry, "tags", Tags(staged=True))
    assert plan(10 * GB, given=False).affordable(SCALED, FULL) == FULL


def test_of_a_table_that_steps_make_wide_some_rows_are_fitted(monkeypatch):
    wide = ModelInput(Shape(n_rows=1, n_columns=500), Cost(seconds=0.0, bytes=0.0))
    monkeypatch.setattr(TableSize, "prepared", lambda *_: wide)
    # The held-out rows alone are copied to four times the table; a quarter of it is for the others.
    assert plan(10 * GB, given=False).affordable(SCALED, FULL).rows == 2**-8


def test_sparing_copies_is_no_news():
    spared = plan(10 * GB, given=False)
    spared.affordable(SCALED, FULL)
    assert spared.shrinking_message() == ""
