from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autoskl.core.task import EVERY_TASK, Task
from autoskl.execution.in_process import InProcess
from autoskl.metalearning.building.build import Builder
from autoskl.metalearning.building.prediction_files import PredictionFiles
from autoskl.metalearning.candidates import PortableConfiguration
from autoskl.metalearning.learning.comparison import SHIPPED, compare
from autoskl.metalearning.learning.evidence import read_evidence
from autoskl.metalearning.learning.features import read_features
from autoskl.metalearning.learning.groups import read_groups, select_groups
from autoskl.metalearning.learning.learn import LearnedMetadata, add_regrets, learn
from autoskl.metalearning.learning.manifest import manifest
from autoskl.metalearning.learning.policies import POLICIES
from autoskl.metalearning.learning.portfolio_learning import PortfolioOptions, prepare
from autoskl.metalearning.metafeatures.extraction import NAMES
from autoskl.metalearning.shipped import Metadata, Portfolio, read_metadata, write_metadata
from autoskl.metalearning.store.store import Store
from tests.metalearning.building.corpus_files import write_corpus

TASKS = tuple(sorted(EVERY_TASK))
CATALOGUE = [
    PortableConfiguration(TASKS, {"model": "linear"}, "hand"),
    *(
        PortableConfiguration(
            TASKS,
            {
                "model": "lightgbm",
                "lightgbm:n_estimators": 2000,
                "lightgbm:num_leaves": leaves,
                "lightgbm:learning_rate": 0.2,
            },
            "hand",
        )
        for leaves in (2, 4)
    ),
    PortableConfiguration(TASKS, {"model": "k_nearest_neighbors"}, "hand"),
    PortableConfiguration(
        TASKS, {"model": "extra_trees", "extra_trees:n_estimators": 64}, "design"
    ),
]
UNTRIED = PortableConfiguration(TASKS, {"model": "random_forest"}, "design")
OPTIONS = PortfolioOptions(resamples=1)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, PredictionFiles]]:
    folder = tmp_path_factory.mktemp("corpus")
    write_corpus(folder)
    with Store(folder / "s.sqlite") as store:
        builder = Builder(folder, store, folder / "p", CATALOGUE, "H")
        with InProcess() as executor:
            builder.run(executor, 1e9)
        yield store, PredictionFiles(folder / "p")


@pytest.fixture(scope="module")
def whole(built: tuple[Store, PredictionFiles]) -> LearnedMetadata:
    return learn(*built, [*CATALOGUE, UNTRIED], options=OPTIONS)


@pytest.fixture(scope="module")
def learned(whole: LearnedMetadata) -> Metadata:
    return whole.metadata


def test_every_task_and_size_gets_an_order(learned: Metadata) -> None:
    for task in Task:
        for rows in (100, 10**5):
            order = learned.order(task, rows)
            assert order[0].family == "linear"
            assert len(order) == len({c.key for c in order}) == 6


def test_an_untried_family_has_a_fixed_position(learned: Metadata) -> None:
    assert UNTRIED.key in [c.key for c in learned.order(Task.BINARY, 100)]


def test_learning_is_deterministic(built: tuple[Store, PredictionFiles], learned: Metadata) -> None:
    assert learn(*built, [*CATALOGUE, UNTRIED], options=OPTIONS).metadata == learned


def test_learned_metadata_round_trip(
    built: tuple[Store, PredictionFiles], learned: Metadata, tmp_path: Path
) -> None:
    write_metadata(tmp_path, learned, manifest(built[0], [], 3))
    assert read_metadata(tmp_path) == learned


def test_tasks_are_learned_with_their_regrets(whole: LearnedMetadata) -> None:
    tasks, metadata = whole.tasks, whole.metadata
    assert tasks.names == ("binary-set", "multiclass-set", "regression-set")
    assert tasks.types == (Task.BINARY, Task.MULTICLASS, Task.REGRESSION)
    assert set(tasks.keys) | {UNTRIED.key} == set(metadata.candidates)
    assert np.isfinite(tasks.features[:, NAMES.index("log_rows")]).all()
    assert UNTRIED.key not in tasks.keys
    assert np.isfinite(tasks.regrets[0, tasks.keys.index(CATALOGUE[0].key)])


def test_excluded_data_sets_are_not_learned_from(built: tuple[Store, PredictionFiles]) -> None:
    store, files = built
    evidence = read_evidence(store, files, [Task.BINARY, Task.MULTICLASS])
    without = evidence.without(select_groups(["binary-set"], read_groups(store)))
    assert [task.name for task in without.tasks] == ["multiclass-set"]


def test_an_unknown_data_set_cannot_be_excluded(built: tuple[Store, PredictionFiles]) -> None:
    with pytest.raises(ValueError, match="has no data set nothing"):
        select_groups(["nothing"], read_groups(built[0]))


@pytest.mark.parametrize("excluded", [[], ["elsewhere"]])
def test_earlier_metadata_fill_in_what_the_store_lacks(
    built: tuple[Store, PredictionFiles], whole: LearnedMetadata, excluded: list[str]
) -> None:
    tasks = replace(whole.tasks, names=("binary-set", "elsewhere", "third"))
    costs = {"tabm": (1.0,)}
    earlier = LearnedMetadata(replace(whole.metadata, costs=costs), tasks)
    found = learn(*built, CATALOGUE, excluded, options=OPTIONS, earlier=earlier)
    new = [name for name in tasks.names[1:] if name not in excluded]
    assert found.tasks.names == (*whole.tasks.names, *new)
    np.testing.assert_array_equal(
        found.tasks.regrets[-1, found.tasks.keys.index(CATALOGUE[0].key)],
        tasks.regrets[-1, tasks.keys.index(CATALOGUE[0].key)],
    )
    assert found.metadata.costs == costs
    # It was in the earlier portfolios alone.
    assert UNTRIED.key in [c.key for c in found.metadata.order(Task.BINARY, 100)]


def test_add_regrets_keeps_portfolios(
    built: tuple[Store, PredictionFiles], whole: LearnedMetadata
) -> None:
    first, second = CATALOGUE[:2]
    tasks = replace(
        whole.tasks.without(["regression-set"]),
        keys=("elsewhere", first.key),
        regrets=np.array([[0.5, 0.25], [0.75, np.nan]]),
    )
    names = {"elsewhere": UNTRIED, first.key: first}
    portfolios = {Task.BINARY: (Portfolio(100.0, (first.key,)),)}
    earlier = LearnedMetadata(Metadata(names, portfolios, {"linear": (1.0,)}), tasks)
    found = add_regrets(*built, earlier)
    assert found.metadata.portfolios == portfolios
    assert found.metadata.costs == {"linear": (1.0,)}
    assert second.key in found.metadata.candidates
    assert found.tasks.names == whole.tasks.names
    regrets = dict(zip(found.tasks.keys, found.tasks.regrets.T, strict=True))
    assert regrets["elsewhere"][:2].tolist() == [0.5, 0.75]
    assert regrets[first.key][0] == 0.25
    assert np.isfinite(regrets[first.key]).all()
    assert np.isfinite(regrets[second.key]).all()
    without = add_regrets(*built, earlier, ["binary-set"]).tasks
    assert without.names == ("multiclass-set", "regression-set")


def test_earlier_evaluations_are_counted_in_the_manifest(
    built: tuple[Store, PredictionFiles],
) -> None:
    own = manifest(built[0], [], 3)
    both = manifest(built[0], [], 5, own)
    assert both["results"] == {kind: 2 * n for kind, n in own["results"].items()}
    assert (both["tasks"], both["versions"]) == (5, own["versions"])


def test_results_that_were_not_learned_from_are_not_counted(
    built: tuple[Store, PredictionFiles],
) -> None:
    whole = sum(manifest(built[0], [], 3)["results"].values())
    without = manifest(built[0], ["binary-set", "elsewhere"], 2)["results"]
    assert sum(without.values()) == 2 * whole / 3
    assert manifest(built[0], [], 3, stage="F")["results"] == {}


def test_losses_of_the_evidence_match_the_store(
    built: tuple[Store, PredictionFiles],
) -> None:
    (task,) = read_evidence(*built, [Task.REGRESSION]).tasks
    assert task.known.all()
    losses = task.loss_on_test(task.test)
    assert losses.min() < 0.5  # the target is standardised and nearly linear
    assert losses[0] == losses.min()


def test_variants_are_compared_on_held_out_tasks(
    built: tuple[Store, PredictionFiles], monkeypatch: pytest.MonkeyPatch
) -> None:
    from autoskl.metalearning.learning import comparison

    monkeypatch.setattr(comparison, "hand_order", lambda learner: [0, 1, 2, 3])
    learner = prepare(read_evidence(*built, [Task.BINARY, Task.MULTICLASS]))
    features = read_features(built[0])
    found = compare(learner, {SHIPPED: PortfolioOptions(resamples=1, by_rows=False)}, features)
    names = ["hand-ordered", "random order", SHIPPED, f"{SHIPPED} (seen)", *POLICIES]
    assert list(found.curves) == names
    assert found.difference(SHIPPED, SHIPPED) == (0.0, 0.0)
    assert len(found.table()) == 1 + len(names)
    for name in POLICIES:
        # Whatever the order, in the end all have been tried.
        np.testing.assert_allclose(found.curves[name][:, -1], found.curves[SHIPPED][:, -1])


def test_a_store_without_predictions_raises(
    built: tuple[Store, PredictionFiles], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=r"nothing to learn from.*beside the store"):
        learn(built[0], PredictionFiles(tmp_path), CATALOGUE, options=OPTIONS)
