"""Keeps the ensemble up to date while results come in."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

from autoskl.core.clock import Clock
from autoskl.core.errors import NoModelError
from autoskl.core.metrics import Metric
from autoskl.core.result import Status
from autoskl.core.seeds import derive_seed
from autoskl.ensembles.calibration import Calibration
from autoskl.ensembles.calibrator import Calibrator
from autoskl.ensembles.candidate import Candidate, Truth, candidates_of, mixture_loss
from autoskl.ensembles.cross_fitted import (
    better_constant,
    cross_fitted,
    loss_on_all_folds,
    loss_on_unseen,
)
from autoskl.ensembles.decision import Decision, with_common_decision
from autoskl.ensembles.members import Member, load_member, model_references
from autoskl.ensembles.pool import choose_pool
from autoskl.ensembles.post_processing import (
    NO_POST_PROCESSING,
    PostProcessing,
    post_processed_loss,
    post_processing_of,
)
from autoskl.ensembles.pruning import prune
from autoskl.ensembles.selection import Selection, SelectionRules, select
from autoskl.ensembles.weighted_ensemble import WeightedEnsemble
from autoskl.evaluation.folds import Folds
from autoskl.history.history import History
from autoskl.history.trial_record import TrialRecord
from autoskl.search.load_times import LoadTimes, model_bytes, unreadable
from autoskl.search.predict_times import predict_microseconds, seconds_per_row
from autoskl.tables.dataset import Dataset

_LARGEST_SHARE = 0.03
"""Share of the time that updates may take while the search goes on."""

_LAST_SHARE = 0.33
"""Share of what is left that the last selection by a slow metric may take; then it is measured."""

_LEAST_SECONDS = 1.0
"""Time that a selection by a slow metric, or an adjustment of a candidate for it, may take."""

_LARGEST_BYTES = 300 * 2**20
_LARGEST_SECONDS = 6.0
"""Core-seconds in which an ensemble predicts 10,000 rows, at most, up to four classes."""

_MANY_CLASSES = 5
_LARGEST_SECONDS_OF_MANY = 12.0
"""The same for more classes, where single fold models of boosted trees take up to 6."""

_LATE_LOAD = 0.2
"""Seconds of reading from which on a trial does not become a member at the very end."""

_GROWTH = 1.25
"""Of the number of results, from one selection by a slow metric to the next."""

_LEAST_LEADERS = 2


@dataclass(slots=True, eq=False)
class Ensembling:
    """The ensemble of a search.

    Attributes
    ----------
    metric : Metric
    dataset : Dataset
    folds : Folds
    size : int
        Steps of the greedy selection.
    seed : int
    clock : Clock
    timed : bool
        Whether measured times may decide anything.
    threads : int
        Members that are read at the same time.
    weights : dict of int to float
        By number of trial.
    loss : float
        On the rows that the members were selected by.
    honest_loss : float
        On rows that the weights were not chosen by; known after the last update.
    """

    metric: Metric
    dataset: Dataset
    folds: Folds
    size: int
    seed: int
    clock: Clock
    timed: bool
    threads: int = 1
    loss: float = math.inf
    honest_loss: float = math.inf
    _selection: Selection | None = None
    _post_processing: PostProcessing = NO_POST_PROCESSING
    _seconds: float = 0.0
    _updated: float = -math.inf
    _n_results: int = 0
    load_seconds: float = 0.0
    _n_models: dict[int, int] = field(default_factory=dict)
    _calibrator: Calibrator = field(init=False)
    _load_times: LoadTimes = field(init=False)

    def __post_init__(self) -> None:
        seconds = _LEAST_SECONDS if self.timed else None
        self._calibrator = Calibrator(self.metric, seconds, self.clock)
        self._load_times = LoadTimes(self.clock)

    @property
    def weights(self) -> dict[int, float]:
        """Weights of the members by number of trial."""
        return {} if self._selection is None else self._selection.weights

    def update(self, history: History, deadline: float | None = None) -> None:
        """Select members anew, unless that would take more than its share of the time.

        Parameters
        ----------
        history : History
        deadline : float or None, default=None
            Moment of the clock at which the selection is cut short.
        """
        now = self.clock()
        if self.timed and now - self._updated < self._seconds / _LARGEST_SHARE:
            return
        # Without a clock a metric that takes milliseconds is asked for less and less often.
        n_results = sum(len(record.folds) for record in history.records)
        if not self.timed and not self.metric.fast and n_results < _GROWTH * self._n_results:
            return
        self._n_results = n_results
        until = self._share_of(deadline, _LARGEST_SHARE)
        self._select(self._candidates(history), until)
        self._updated = self.clock()
        self._seconds = self._updated - now
        if self.timed:
            self._load_times.measure(history, self.weights)
            if any(history.record(number).failed for number in self.weights):
                self._select(self._candidates(history), until)
        self._expect_load(history)

    def finish(self, history: History, deadline: float | None = None) -> None:
        """Select for the last time, and measure the loss on rows that played no part in it.

        Parameters
        ----------
        history : History
        deadline : float or None, default=None
            Moment of the clock at which the measurement is cut short.
        """
        candidates = self._in_time(history, self._candidates(history))
        is_late = deadline is not None and self.clock() >= deadline
        if not (is_late and self._selection and self._has_all_members(candidates)):
            self._select(candidates, self._share_of(deadline, _LAST_SHARE))
        if self._selection is None:
            return
        self._prune(history, candidates, deadline)
        before = self.load_seconds
        self._expect_load(history)
        if deadline is not None:
            # What was chosen last may take longer to read than what was expected to be.
            deadline -= max(self.load_seconds - before, 0.0)
        pool = [c for c in candidates if set(self._selection.folds) <= set(c.predictions)]
        truths = {f: t for f, t in self._truths(pool).items() if f in self._selection.folds}
        self._post_processing = post_processing_of(pool, self.weights, truths, self.metric)
        self.loss = post_processed_loss(
            pool, self.weights, truths, self.metric, self._post_processing
        )
        self.honest_loss = self._on_all_folds(self.loss, candidates, truths)
        if deadline is not None and self.clock() >= deadline:
            return
        rules = SelectionRules(
            size=min(self.size, 20), seed=self.seed, deadline=deadline, clock=self.clock
        )
        crossed = cross_fitted(pool, truths, self.metric, rules)
        honest = loss_on_unseen(
            self.loss, crossed, len(truths), lambda f: self._loss_on(pool, {f: truths[f]})
        )
        is_known = len(crossed.losses) >= len(truths)
        constant = better_constant(pool, self.weights, honest, truths) if is_known else None
        if constant is not None:
            honest = self.loss = constant.loss(truths)
            self._selection = Selection({constant.number: 1.0}, self.loss, tuple(truths))
            self._post_processing, self._n_models = NO_POST_PROCESSING, {}
        self.honest_loss = self._on_all_folds(honest, candidates, truths)

    def _on_all_folds(
        self, loss: float, candidates: Sequence[Candidate], known: Mapping[int, Truth]
    ) -> float:
        scored = {fold for candidate in candidates for fold in candidate.predictions}
        whole = scored.intersection(range(self.folds.n_core))
        return loss_on_all_folds(loss, candidates, tuple(known), sorted(whole))

    def _in_time(self, history: History, candidates: list[Candidate]) -> list[Candidate]:
        """Leave out what came last and would take long to read: no time was kept back for it."""
        if not self.timed or self._selection is None:
            return candidates
        slow = {
            candidate.number
            for candidate in candidates
            if candidate.number not in self.weights
            and self._load_times.predict(history, [candidate.number]) > _LATE_LOAD
        }
        return [candidate for candidate in candidates if candidate.number not in slow]

    def _share_of(self, deadline: float | None, share: float) -> float | None:
        """Return when a selection ends, which by a slow metric would take all that is left."""
        if deadline is None or self.metric.fast:
            return deadline
        now = self.clock()
        return min(deadline, now + max(_LEAST_SECONDS, share * (deadline - now)))

    def _has_all_members(self, candidates: Sequence[Candidate]) -> bool:
        return self.weights.keys() <= {candidate.number for candidate in candidates}

    def _loss_on(self, pool: Sequence[Candidate], truths: Mapping[int, Truth]) -> float:
        return post_processed_loss(pool, self.weights, truths, self.metric, self._post_processing)

    def tail_seconds(self) -> float:
        """Predict the seconds of the last selection and of loading the members."""
        return 4 * self._seconds + self.load_seconds

    def _expect_load(self, history: History) -> None:
        if self.timed:
            self.load_seconds = self._load_times.predict(history, self.weights)

    def load(self, history: History, deadline: float | None = None) -> WeightedEnsemble:
        """Return the ensemble with its fitted models.

        A trial whose models cannot be read back, because something has destroyed their files, is
        counted as failed, and members are selected anew among the others.

        Parameters
        ----------
        history : History
        deadline : float or None, default=None
            See `finish`.

        Raises
        ------
        NoModelError
            When no model at all can be read back.
        """
        while self.weights:
            with ThreadPoolExecutor(self.threads) as pool:
                read = list(pool.map(lambda number: self._read(history, number), self.weights))
            members = [found for found in read if isinstance(found, Member)]
            if len(members) == len(read):
                return WeightedEnsemble(members, self._post_processing)
            for number, found in zip(self.weights, read, strict=True):
                if isinstance(found, str):
                    history.reject(number, Status.INVALID, found)
            self._selection, self._n_models = None, {}
            self.finish(history, deadline)
        raise NoModelError("No fitted model could be read back; failures_ has the reasons.")

    def _read(self, history: History, number: int) -> Member | str:
        """Return a member, or why it cannot be read."""
        record = history.record(number)
        kept = list(model_references(record))[: self._n_models.get(number)]
        try:
            calibration = self._calibrator.of(number)
            return load_member(record, self.weights[number], kept, calibration)
        except Exception as error:  # whatever unpickling a family of others brings
            return unreadable(error)

    def state(self) -> dict[str, Any]:
        """Return the ensemble as plain values, from which `restore` makes it again."""
        selection = self._selection
        return {
            "weights": [] if selection is None else [[n, w] for n, w in selection.weights.items()],
            "folds": [] if selection is None else list(selection.folds),
            "loss": float(self.loss),
            "honest_loss": float(self.honest_loss),
            "calibration": asdict(self._post_processing.calibration),
            "decision": list(self._post_processing.decision.factors),
            "calibrations": [[n, asdict(self._calibrator.of(n))] for n in self.weights],
            "n_models": [[number, n] for number, n in self._n_models.items()],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Become the ensemble whose `state` is given."""
        weights = {int(number): float(weight) for number, weight in state["weights"]}
        self.loss, self.honest_loss = state["loss"], state["honest_loss"]
        decision = Decision(tuple(state["decision"]))
        self._post_processing = PostProcessing(Calibration(**state["calibration"]), decision)
        self._calibrator.restore(dict(state["calibrations"]))
        self._selection = Selection(weights, self.loss, tuple(state["folds"])) if weights else None
        self._n_models = {int(number): int(n) for number, n in state["n_models"]}

    def _candidates(self, history: History) -> list[Candidate]:
        records = [r for r in history.records if any(map(math.isfinite, r.fold_losses().values()))]
        cost = seconds_per_row if self.timed else None
        calibrated = self._calibrator.calibrated
        candidates = [
            calibrated(c, partial(self._truths, [c])) for c in candidates_of(records, cost)
        ]
        folds = self._comparable_folds(candidates)
        return [
            replace(
                candidate,
                predictions={f: p for f, p in candidate.predictions.items() if f in folds},
                losses={f: loss for f, loss in candidate.losses.items() if f in folds},
            )
            for candidate in candidates
        ]

    def _comparable_folds(self, candidates: Sequence[Candidate]) -> set[int]:
        """Return the core folds, and those of a new shuffle that every member has whole.

        A shuffle that only some have would shut the others out.
        """
        members = [c for c in candidates if c.number in self.weights]
        complete = set(range(self.folds.n_core))
        if len(members) >= _LEAST_LEADERS:
            shared = set.intersection(*(set(c.predictions) for c in members))
            for start in range(self.folds.n_core, max(shared, default=0) + 1, self.folds.n_core):
                block = set(range(start, start + self.folds.n_core))
                complete |= block if block <= shared else set()
        return complete

    def _select(self, candidates: Sequence[Candidate], deadline: float | None = None) -> None:
        usable = [c for c in candidates if c.predictions]
        if not usable:
            return
        pool = choose_pool(usable)
        if not pool:
            return
        seed = derive_seed(self.seed, "ensemble")
        rules = SelectionRules(size=self.size, seed=seed, deadline=deadline, clock=self.clock)
        truths = self._truths(pool)
        decided = with_common_decision(pool, truths, self.metric)
        self._selection = select(decided, truths, self.metric, rules)
        self.loss = self._selection.loss

    def _truths(self, candidates: Sequence[Candidate]) -> dict[int, Truth]:
        """Truth about the folds that all candidates have."""
        folds = set.intersection(*(set(c.predictions) for c in candidates))
        rows = {fold: self.folds.test(fold) for fold in sorted(folds)}
        return {
            fold: Truth(*self.dataset.truth(held_out), held_out) for fold, held_out in rows.items()
        }

    def _prune(
        self, history: History, candidates: Sequence[Candidate], deadline: float | None
    ) -> None:
        """Drop fold models and members until the ensemble is small and quick enough."""
        until = self._share_of(deadline, _LAST_SHARE)

        def is_late() -> bool:
            return until is not None and self.clock() >= until

        self._prune_to(history, candidates, model_bytes, _LARGEST_BYTES, is_late)
        if self.timed:
            is_many = self.dataset.n_outputs >= _MANY_CLASSES
            seconds = _LARGEST_SECONDS_OF_MANY if is_many else _LARGEST_SECONDS
            most = int(1e6 * seconds)
            self._prune_to(history, candidates, predict_microseconds, most, is_late)

    def _prune_to(
        self,
        history: History,
        candidates: Sequence[Candidate],
        price: Callable[[TrialRecord], list[int]],
        limit: int,
        is_late: Callable[[], bool],
    ) -> None:
        if self._selection is None:
            return
        prices = {n: price(history.record(n)) for n in self._selection.weights}
        sizes = {n: listed[: self._n_models.get(n)] for n, listed in prices.items() if listed}
        if len(sizes) < len(prices) or sum(map(sum, sizes.values())) <= limit:
            return
        folds = set(self._selection.folds)
        pool = [c for c in candidates if folds <= set(c.predictions)]
        truths = {f: t for f, t in self._truths(pool).items() if f in folds}
        pool = with_common_decision(pool, truths, self.metric, only=self._selection.weights)
        pruned = prune(
            self._selection.weights,
            sizes,
            lambda weights: mixture_loss(pool, weights, truths, self.metric),
            limit,
            is_late,
        )
        self._n_models = pruned.n_models
        self._selection = replace(self._selection, weights=pruned.weights)
        self.loss = mixture_loss(pool, pruned.weights, truths, self.metric)
