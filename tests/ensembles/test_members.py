from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from autoskl.ensembles.members import load_member, model_references
from autoskl.history.trial_record import TrialRecord
from tests.history.factories import fold, trial


class Model:
    def __init__(self, name):
        self.name = name
        self.iterations = None

    def outputs(self, X):
        return np.full((len(X), 1), float(self.name))

    def truncate(self, iterations):
        self.iterations = iterations
        return self


@dataclass(frozen=True)
class Reference:
    name: int
    size: int = 10

    def load(self):
        return Model(self.name)


def record_of(*results):
    record = TrialRecord(trial(4, "trees"))
    for result in results:
        record.add(result)
    return record


def test_each_fold_model_is_cut_to_the_shared_iteration():
    record = record_of(
        fold(0, (2, 1, 3), (1, 2, 4), model=Reference(0)),
        fold(1, (2, 1), (1, 2), model=Reference(1)),
    )
    member = load_member(record, 0.5)
    assert (member.number, member.name, member.weight) == (4, "trees", 0.5)
    assert [model.iterations for model in member.models] == [2, 2]
    assert [model.name for model in load_member(record, 0.5, [1]).models] == [1]


@pytest.mark.parametrize(
    ("n_train", "kept"),
    [
        ([100, 200, 300, 400], [3]),  # as of TimeSeriesSplit
        ([80, 80, 79, 81], [0, 1, 2, 3]),
        ([0, 0, 0, 0], [0, 1, 2, 3]),  # unknown
    ],
)
def test_models_of_small_training_parts_are_left_out(n_train, kept):
    folds = [
        replace(fold(i, 1.0, model=Reference(i)), n_train=rows) for i, rows in enumerate(n_train)
    ]
    assert list(model_references(record_of(*folds))) == kept


def test_a_model_shared_by_all_folds_is_loaded_once():
    record = record_of(*[fold(i, 1.0, model=Reference(7)) for i in range(3)])
    assert model_references(record) == {0: Reference(7)}
    assert len(load_member(record, 1.0).models) == 1


def test_members_without_models_are_refused():
    with pytest.raises(ValueError, match="Trial 4 has no fitted model"):
        load_member(record_of(fold(0, 1.0)), 1.0)
