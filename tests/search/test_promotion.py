from __future__ import annotations

from autoskl.components.component import Shape
from autoskl.core.fidelity import geometric_ladder
from autoskl.search.cost_model import CostModel
from autoskl.search.hypothetical_trial import hypothetical_trial
from autoskl.search.promotion import Promotion, next_promotion
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
