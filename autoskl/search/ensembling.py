"""Keeps the ensemble up to date while results come in."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from autoskl.core.clock import Clock
from autoskl.core.errors import NoModelError
from autoskl.core.metrics import Metric
from autoskl.core.seeds import derive_seed
from autoskl.ensembles.calibrator import Calibrator
from autoskl.ensembles.candidate import Candidate, HeldOutTarget, Targets, candidates_of
from autoskl.ensembles.constant_fallback import better_constant
from autoskl.ensembles.cross_fitting import cross_fit
from autoskl.ensembles.decision import apply_common_decision
from autoskl.ensembles.loss_extrapolation import (
    extrapolate_cross_fitted_loss,
    extrapolate_to_all_folds,
)
from autoskl.ensembles.pool import choose_pool
from autoskl.ensembles.post_processing import post_processed_loss, post_processing_of
from autoskl.ensembles.selection import SelectionRules, select
from autoskl.ensembles.weighted_ensemble import WeightedEnsemble
from autoskl.evaluation.folds import Folds
from autoskl.history.history import History
from autoskl.search.ensemble_loading import load_members
from autoskl.search.ensemble_pruning import MAX_BYTES, max_predict_microseconds, prune_to_limit
from autoskl.search.ensemble_state import EnsembleState
from autoskl.search.load_times import LoadTimes, model_bytes
from autoskl.search.predict_times import predict_microseconds, seconds_per_row
from autoskl.tables.dataset import Dataset

_MAX_SHARE = 0.03
"""Share of the time that updates may take while the search is running."""

_FINAL_SHARE = 0.33
"""Share of the time left for the last selection by a slow metric; cross-fitting gets the rest."""

_MIN_SECONDS = 1.0
"""Time that is always allowed for a selection by a slow metric, or an adjustment for one."""

_MAX_LATE_LOAD_SECONDS = 0.2
"""Loading time above which a trial cannot become a member at the very end."""

_IMPORT_SECONDS = 0.5
"""Time to import the packages of the members, where none was loaded during the search."""

_GROWTH = 1.25
"""Factor in the number of results from one selection by a slow metric to the next."""

_CROSS_FITTING_SIZE = 20
_MIN_MEMBERS = 2
"""Members that make the folds of a new shuffle count."""


@dataclass(slots=True, eq=False, kw_only=True)
class Ensembling:
    """The ensemble of a search.

    Attributes
    ----------
    metric : Metric
    dataset : Dataset
    folds : Folds
    size : int
        Additions of the greedy selection.
    seed : int
    clock : Clock
    timed : bool
        Whether measured times may influence the result.
    threads : int
        Members that are loaded at the same time.
    measures_loading : bool, default=True
        Whether members are loaded once during the search, which imports their packages.
    load_seconds : float
        Predicted time to load the members.
    """

    metric: Metric
    dataset: Dataset
    folds: Folds
    size: int
    seed: int
    clock: Clock
    timed: bool
    threads: int = 1
    measures_loading: bool = True
    load_seconds: float = field(default=0.0, init=False)
    _current: EnsembleState = field(default_factory=EnsembleState, init=False)
    _update_seconds: float = field(default=0.0, init=False)
    _updated_at: float = field(default=-math.inf, init=False)
    _n_results: int = field(default=0, init=False)
    _calibrator: Calibrator = field(init=False)
    _load_times: LoadTimes = field(init=False)

    def __post_init__(self) -> None:
        seconds = _MIN_SECONDS if self.timed else None
        self._calibrator = Calibrator(self.metric, seconds, self.clock)
        self._load_times = LoadTimes(self.clock)

    @property
    def weights(self) -> dict[int, float]:
        """Weights of the members by trial number."""
        return self._current.weights

    @property
    def loss(self) -> float:
        """Loss on the rows that the members were selected by; infinite without an ensemble."""
        return self._current.loss

    @property
    def cross_fitted_loss(self) -> float:
        """Loss on rows that the weights were not selected by; known after `finish`."""
        return self._current.cross_fitted_loss

    def update(self, history: History, deadline: float | None = None) -> None:
        """Select members again, unless that would exceed its share of the time.

        Parameters
        ----------
        history : History
        deadline : float or None, default=None
            Time on the clock at which the selection is cut short.
        """
        now = self.clock()
        if self.timed and now - self._updated_at < self._update_seconds / _MAX_SHARE:
            return
        # Without a clock, a slow metric is evaluated less and less often.
        n_results = sum(len(record.folds) for record in history.records)
        if not self.timed and not self.metric.fast and n_results < _GROWTH * self._n_results:
            return
        self._n_results = n_results
        until = self._share_of(deadline, _MAX_SHARE)
        self._select(self._candidates(history), until)
        self._updated_at = self.clock()
        self._update_seconds = self._updated_at - now
        if self.timed and self.measures_loading:
            self._load_times.measure(history, self.weights)
            if any(history.record(number).failed for number in self.weights):
                self._select(self._candidates(history), until)
        self._predict_load(history)

    def finish(self, history: History, deadline: float | None = None) -> None:
        """Select for the last time, prune, post-process, and cross-fit the loss.

        Parameters
        ----------
        history : History
        deadline : float or None, default=None
            Time on the clock at which the cross-fitting is cut short.
        """
        candidates = self._quickly_loaded(history, self._candidates(history))
        is_late = deadline is not None and self.clock() >= deadline
        has_members = self.weights.keys() <= {candidate.number for candidate in candidates}
        if not (is_late and self.weights and has_members):
            self._select(candidates, self._share_of(deadline, _FINAL_SHARE))
        if not self.weights:
            return
        self._prune(history, candidates, deadline)
        before = self.load_seconds
        self._predict_load(history)
        if deadline is not None:
            # The last selection may take longer to load than what time was reserved for.
            deadline -= max(self.load_seconds - before, 0.0)
        self._post_process(candidates)
        if deadline is None or self.clock() < deadline:
            self._cross_fit(candidates, deadline)

    def tail_seconds(self) -> float:
        """Predict the seconds of the last selection and of loading the members."""
        return 4 * self._update_seconds + self.load_seconds

    def load(self, history: History, deadline: float | None = None) -> WeightedEnsemble:
        """Return the ensemble with its fitted models.

        A trial whose models cannot be loaded is marked as failed, and members are selected again
        among the others.

        Parameters
        ----------
        history : History
        deadline : float or None, default=None
            See `finish`.

        Raises
        ------
        NoModelError
            When no model can be loaded.
        """
        while self.weights:
            members = load_members(self._current, history, self._calibrator, self.threads)
            if members is not None:
                return WeightedEnsemble(members, self._current.post_processing)
            self._current.selection, self._current.n_models = None, {}
            self.finish(history, deadline)
        raise NoModelError("No fitted model could be read back; failures_ has the reasons.")

    def state(self) -> dict[str, Any]:
        """Return the ensemble as plain values, for `restore`."""
        return self._current.to_entry(self._calibrator.of)

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore an ensemble from its `state`."""
        self._current = EnsembleState.from_entry(state)
        self._calibrator.restore(dict(state["calibrations"]))

    def _post_process(self, candidates: Sequence[Candidate]) -> None:
        """Fit the post-processing, and set the losses as long as nothing is cross-fitted."""
        pool, targets = self._comparable(candidates)
        current = self._current
        current.post_processing = post_processing_of(pool, self.weights, targets, self.metric)
        current.loss = self._loss_on(pool, targets)
        current.cross_fitted_loss = self._on_all_folds(current.loss, candidates, targets)

    def _cross_fit(self, candidates: Sequence[Candidate], deadline: float | None) -> None:
        """Set the cross-fitted loss; fall back to the constant model where that is better."""
        pool, targets = self._comparable(candidates)
        rules = SelectionRules(
            size=min(self.size, _CROSS_FITTING_SIZE),
            seed=self.seed,
            deadline=deadline,
            clock=self.clock,
        )
        cross_fitted = cross_fit(pool, targets, self.metric, rules)
        loss = extrapolate_cross_fitted_loss(self.loss, cross_fitted, pool, targets, self._loss_on)
        is_complete = cross_fitted.covers(len(targets))
        constant = better_constant(pool, self.weights, loss, targets) if is_complete else None
        if constant is not None:
            self._current.select_single(constant, tuple(targets))
            loss = self.loss
        self._current.cross_fitted_loss = self._on_all_folds(loss, candidates, targets)

    def _on_all_folds(self, loss: float, candidates: Sequence[Candidate], known: Targets) -> float:
        scored = {fold for candidate in candidates for fold in candidate.predictions}
        core = scored.intersection(range(self.folds.n_core))
        return extrapolate_to_all_folds(loss, candidates, tuple(known), sorted(core))

    def _quickly_loaded(self, history: History, candidates: list[Candidate]) -> list[Candidate]:
        """Drop new candidates that would take long to load: no time was reserved for them."""
        if not self.timed or not self.weights:
            return candidates
        slow = {
            candidate.number
            for candidate in candidates
            if candidate.number not in self.weights
            and self._load_times.predict(history, [candidate.number]) > _MAX_LATE_LOAD_SECONDS
        }
        return [candidate for candidate in candidates if candidate.number not in slow]

    def _share_of(self, deadline: float | None, share: float) -> float | None:
        """Return the deadline of a selection, which for a slow metric leaves time for the rest."""
        if deadline is None or self.metric.fast:
            return deadline
        now = self.clock()
        return min(deadline, now + max(_MIN_SECONDS, share * (deadline - now)))

    def _loss_on(self, pool: Sequence[Candidate], targets: Targets) -> float:
        post_processing = self._current.post_processing
        return post_processed_loss(pool, self.weights, targets, self.metric, post_processing)

    def _predict_load(self, history: History) -> None:
        if self.timed:
            imports = 0.0 if self.measures_loading else _IMPORT_SECONDS
            self.load_seconds = imports + self._load_times.predict(history, self.weights)

    def _candidates(self, history: History) -> list[Candidate]:
        """Return the calibrated candidates, restricted to the folds that count."""
        records = [r for r in history.records if any(map(math.isfinite, r.fold_losses().values()))]
        cost = seconds_per_row if self.timed else None
        candidates = [
            self._calibrator.calibrated(candidate, partial(self._targets, [candidate]))
            for candidate in candidates_of(records, cost)
        ]
        folds = self._counting_folds(candidates)
        return [
            replace(
                candidate,
                predictions={f: p for f, p in candidate.predictions.items() if f in folds},
                losses={f: loss for f, loss in candidate.losses.items() if f in folds},
            )
            for candidate in candidates
        ]

    def _counting_folds(self, candidates: Sequence[Candidate]) -> set[int]:
        """Return the core folds, and those of each new shuffle that every member has completed.

        A shuffle that only some members have would exclude the others.
        """
        members = [c for c in candidates if c.number in self.weights]
        folds = set(range(self.folds.n_core))
        if len(members) >= _MIN_MEMBERS:
            shared = set.intersection(*(set(c.predictions) for c in members))
            for start in range(self.folds.n_core, max(shared, default=0) + 1, self.folds.n_core):
                shuffle = set(range(start, start + self.folds.n_core))
                folds |= shuffle if shuffle <= shared else set()
        return folds

    def _select(self, candidates: Sequence[Candidate], deadline: float | None = None) -> None:
        usable = [c for c in candidates if c.predictions]
        pool = choose_pool(usable) if usable else []
        if not pool:
            return
        seed = derive_seed(self.seed, "ensemble")
        rules = SelectionRules(size=self.size, seed=seed, deadline=deadline, clock=self.clock)
        targets = self._targets(pool)
        decided = apply_common_decision(pool, targets, self.metric)
        self._current.select(select(decided, targets, self.metric, rules))

    def _targets(self, candidates: Sequence[Candidate]) -> Targets:
        """Return the targets of the folds that all candidates have."""
        folds = set.intersection(*(set(c.predictions) for c in candidates))
        rows = {fold: self.folds.test(fold) for fold in sorted(folds)}
        return {
            fold: HeldOutTarget(*self.dataset.truth(held_out), held_out)
            for fold, held_out in rows.items()
        }

    def _comparable(self, candidates: Sequence[Candidate]) -> tuple[list[Candidate], Targets]:
        """Return the candidates with the folds of the selection, and the targets of these folds."""
        selection = self._current.selection
        folds = set() if selection is None else set(selection.folds)
        pool = [c for c in candidates if folds <= set(c.predictions)]
        return pool, {f: target for f, target in self._targets(pool).items() if f in folds}

    def _prune(
        self, history: History, candidates: Sequence[Candidate], deadline: float | None
    ) -> None:
        """Drop fold models and members until the ensemble is small and fast enough."""
        until = self._share_of(deadline, _FINAL_SHARE)
        prune = partial(
            prune_to_limit,
            self._current,
            history,
            partial(self._comparable, candidates),
            self.metric,
            should_stop=lambda: until is not None and self.clock() >= until,
        )
        prune(sizes_of=model_bytes, limit=MAX_BYTES)
        if self.timed:
            limit = max_predict_microseconds(self.dataset.n_outputs)
            prune(sizes_of=predict_microseconds, limit=limit)
