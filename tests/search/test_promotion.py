from __future__ import annotations

from dataclasses import replace

from autoskl.components.component import Shape
from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity, geometric_ladder
from autoskl.history.trial_record import TrialRecord
from autoskl.search.cost_model import CostModel
from autoskl.search.hypothetical_trial import hypothetical_trial
from autoskl.search.promotion import Promotion, next_promotion
from autoskl.space import choice, real, space_of, when
from tests.search.records import make_record

LADDER = geometric_ladder(lowest=1 / 16)
LOW, MIDDLE, TOP = (rung.fidelity for rung in LADDER.rungs)
COSTS = CostModel(Shape(n_rows=100_000, n_columns=10, n_classes=2), train_share=0.8)


def seconds_of(promotion: Promotion) -> float:
    return COSTS.seconds(hypothetical_trial(promotion.configuration, promotion.fidelity))


def test_nothing_is_promoted_until_a_rung_has_three_trials():
    records = [make_record(n, {0: 0.1 * n + 0.1}, fidelity=LOW) for n in range(2)]
    assert next_promotion(LADDER, records, seconds_of, 1e9) is None


def test_the_best_third_is_promoted_one_rung_and_only_once():
    records = [make_record(n, {0: 0.5 - 0.1 * n}, fidelity=LOW) for n in range(3)]
    promoted = next_promotion(LADDER, records, seconds_of, 1e9)
    assert promoted is not None
    assert promoted.origin == records[2].trial.origin
    assert promoted.configuration == records[2].trial.configuration
    assert promoted.fidelity == MIDDLE
    again = make_record(2, {}, fidelity=MIDDLE)
    assert next_promotion(LADDER, [*records, again], seconds_of, 1e9) is None


def test_higher_rungs_come_first():
    low = [make_record(n, {0: 0.5}, fidelity=LOW) for n in range(3)]
    middle = [make_record(n, {0: 0.4}, fidelity=MIDDLE) for n in range(10, 13)]
    promoted = next_promotion(LADDER, [*low, *middle], seconds_of, 1e9)
    assert promoted is not None
    assert promoted.fidelity == TOP


def test_the_final_promotion_takes_the_best_to_the_highest_rung_that_fits():
    records = [make_record(n, {0: 0.5 - 0.1 * n}, fidelity=LOW) for n in range(2)]
    best = records[1].trial
    for rung, fidelity in enumerate((LOW, MIDDLE, TOP)):
        if rung == 0:
            continue
        seconds = COSTS.seconds(hypothetical_trial(best.configuration, fidelity))
        promoted = next_promotion(LADDER, records, seconds_of, 1.5 * seconds)
        assert promoted is not None
        assert promoted.fidelity == fidelity
        assert promoted.configuration == best.configuration
    assert next_promotion(LADDER, records, seconds_of, 1e-9) is None


def test_one_trial_on_the_rung_is_enough_for_the_final_promotion():
    records = [make_record(0, {0: 0.5}, fidelity=LOW), make_record(1, {0: 0.4}, fidelity=TOP)]
    seconds = COSTS.seconds(hypothetical_trial(records[0].trial.configuration, TOP))
    assert next_promotion(LADDER, records, seconds_of, 1.5 * seconds) is None


def test_boosted_trees_may_lack_the_time_for_their_last_rounds_on_the_final_rung():
    def promoted(model: str, seconds_left: float) -> Promotion | None:
        best = make_record(0, {0: 0.5}, model=model, fidelity=LOW)
        return next_promotion(LADDER, [best], lambda p: 8 * p.fidelity.rows, seconds_left)

    for model in ("xgboost", "hist_gradient_boosting"):
        cut_short = promoted(model, 0.75 * 8)
        assert cut_short is not None
        assert cut_short.fidelity == TOP
    assert promoted("linear", 0.75 * 8) is None  # there is much time left for the middle rung
    later = promoted("xgboost", 0.4 * 8)
    assert later is not None
    assert later.fidelity == MIDDLE


def boosted(rate: float, loss: float, number: int, fidelity: Fidelity) -> TrialRecord:
    """Return a record of LightGBM with a learning rate."""
    record = make_record(number, {0: loss}, model="lightgbm", fidelity=fidelity)
    values = {**record.trial.configuration, "lightgbm:learning_rate": rate}
    record.trial = replace(record.trial, configuration=Configuration(values))
    return record


RATE_SPACE = space_of(
    choice("model", ["lightgbm", "linear"]),
    when("model", "lightgbm", real("lightgbm:learning_rate", 0.005, 0.2, 0.04, log=True)),
)


def seconds_by_rate(promotion: Promotion) -> float:
    """Return 100 seconds for all rows at the default rate, in proportion for others."""
    rate = promotion.configuration["lightgbm:learning_rate"]
    return 100 * promotion.fidelity.rows * 0.04 / rate  # type: ignore[operator]


def test_a_promotion_learns_faster_if_it_would_take_half_of_the_time_left():
    records = [boosted(0.04, 0.5 - 0.1 * n, n, LOW) for n in range(3)]
    for left, rate in [(60.0, 0.04), (40.0, 0.08), (27.0, 0.08)]:
        promoted = next_promotion(LADDER, records, seconds_by_rate, left, RATE_SPACE)
        assert promoted is not None
        assert (promoted.fidelity, promoted.configuration["lightgbm:learning_rate"]) == (
            MIDDLE,
            rate,
        )
        own = next_promotion(LADDER, records, seconds_by_rate, 60.0)
        assert own is not None
        assert own.configuration["lightgbm:learning_rate"] == 0.04


def test_a_faster_form_counts_as_the_promotion_of_a_trial():
    low = [boosted(0.04, 0.5 - 0.1 * n, n, LOW) for n in range(3)]
    above = boosted(0.08, 0.2, 2, MIDDLE)
    assert next_promotion(LADDER, [*low, above], seconds_by_rate, 1e4, RATE_SPACE) is None


def test_the_final_promotion_starts_from_the_slow_rate():
    low = [boosted(0.16, 0.5 + 0.1 * n, n, LOW) for n in range(2)]
    promoted = boosted(0.16, 0.4, 7, MIDDLE)
    final = next_promotion(LADDER, [*low, promoted], seconds_by_rate, 30.0, RATE_SPACE)
    assert final is not None
    assert (final.fidelity, final.configuration["lightgbm:learning_rate"]) == (TOP, 0.04)


def test_from_the_lowest_rung_a_budget_aware_final_promotion_waits_for_other_promotions():
    low = [boosted(0.04, 0.5, 0, LOW)]
    assert next_promotion(LADDER, low, seconds_by_rate, 110.0, RATE_SPACE) is None
    final = next_promotion(LADDER, low, seconds_by_rate, 90.0, RATE_SPACE)
    assert final is not None
    assert final.fidelity == TOP
