"""Racing: which folds to run next, the promising trials first and the hopeless ones never."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from autoskl.components.registry import component
from autoskl.core.trial import Trial, Unit
from autoskl.history.trial_record import TrialRecord
from autoskl.search.standings import Standing, incumbent_of, is_hopeless, standings

_MIN_KEPT = 5
_KEPT_SHARE = 0.5
_CHEAP_SHARE = 0.03
"""Share of the time left below which all folds of a trial together count as cheap."""


@dataclass(slots=True, kw_only=True)
class Racing:
    """Decides which trials get which folds.

    Attributes
    ----------
    n_core : int
        Folds that make a trial complete.
    n_folds : int
        Number of folds, including those of new shuffles.
    out_of_bag : bool
        Whether one fit of a forest may yield the predictions of all folds.
    seconds : callable
        Predicts the seconds of one fit of a trial.
    seconds_left : callable
        Seconds in which a unit that starts now must end; infinite without a clock.
    first_fold : int, default=0
        The fold that trials begin with: one with a large training part, see also `start_with`.
    """

    n_core: int
    n_folds: int
    out_of_bag: bool
    seconds: Callable[[Trial], float] = lambda trial: 0.0
    seconds_left: Callable[[], float] = lambda: math.inf
    first_fold: int = 0

    def start_with(self, fold: int) -> None:
        """Let trials begin with another fold, because the metric is undefined on the first one."""
        self.first_fold = fold

    def can_finish(self, trial: Trial) -> bool:
        """Return whether a fit of a trial is expected to end in time."""
        return self.seconds(trial) <= self.seconds_left()

    def _is_cheap(self, trial: Trial) -> bool:
        """Return whether all folds of a trial take only a small share of the time left."""
        left = self.seconds_left()
        return math.isfinite(left) and self.n_core * self.seconds(trial) < _CHEAP_SHARE * left

    def all_folds(self, trial: Trial) -> bool:
        """Return whether one unit of a trial covers all folds."""
        together = self._fits_together(trial) or self.is_out_of_bag(trial)
        return together and trial.fidelity.rows == 1

    def is_out_of_bag(self, trial: Trial) -> bool:
        """Return whether a fit on all rows yields out-of-bag predictions of all of them."""
        out_of_bag = component(trial.configuration.model).tags.out_of_bag
        return self.out_of_bag and out_of_bag and trial.fidelity.is_full

    def _fits_together(self, trial: Trial) -> bool:
        return component(trial.configuration.model).tags.all_folds

    def needed(self, trial: Trial) -> tuple[int, ...]:
        """Return the folds that make a trial complete; one is enough on a share of the rows."""
        return self.core_folds() if trial.fidelity.rows == 1 else (self.first_fold,)

    def core_folds(self) -> tuple[int, ...]:
        """Return the folds of a complete trial, in the order in which they are fitted."""
        others = (fold for fold in range(self.n_core) if fold != self.first_fold)
        return (self.first_fold, *others)

    def units(self, trial: Trial, folds: Sequence[int]) -> list[Unit]:
        """Return the units for some folds of a trial: one for each, or one for all."""
        if folds and self._fits_together(trial):
            return [Unit(trial, tuple(folds))]
        return [Unit(trial, (fold,)) for fold in folds]

    def first(self, trial: Trial) -> Unit:
        """Return the first unit of a trial."""
        folds = self.needed(trial)
        return Unit(trial, tuple(sorted(folds)) if self.all_folds(trial) else folds[:1])

    def is_complete(self, record: TrialRecord) -> bool:
        """Return whether a trial has all its core folds."""
        return all(fold in record.folds for fold in self.needed(record.trial))

    def _is_cheap_champion(self, record: TrialRecord, champions: Collection[int]) -> bool:
        return record.trial.number in champions and self._is_cheap(record.trial)

    def worth_finishing(
        self, records: Sequence[TrialRecord], weighted: Collection[int]
    ) -> list[Standing]:
        """Return the incomplete trials that are worth further folds, the most promising first.

        These are the members of the ensemble, the better half of all trials except those that are
        clearly worse than the incumbent, and the best trial of each family if it is cheap, since
        diverse errors help an ensemble. Cheap trials come first.
        """
        if all(record.failed or self.is_complete(record) for record in records):
            return []
        ranking = standings(records)
        incumbent = incumbent_of(ranking)
        champions = _champions(ranking)
        n_kept = max(_MIN_KEPT, math.ceil(_KEPT_SHARE * len(ranking)))
        chosen = [
            standing
            for position, standing in enumerate(ranking)
            if not (standing.record.failed or self.is_complete(standing.record))
            and math.isfinite(standing.loss)
            and (
                standing.record.trial.number in weighted
                or self._is_cheap_champion(standing.record, champions)
                or (position < n_kept and not _falls_behind(standing.record, incumbent))
            )
        ]
        return sorted(
            chosen,
            key=lambda s: (
                not self._is_cheap(s.record.trial),
                s.record.trial.number not in weighted,
            ),
        )

    def next_core(
        self,
        records: Sequence[TrialRecord],
        weighted: Collection[int],
        under_way: Collection[tuple[int, int]],
    ) -> Unit | None:
        """Return the next unit of the most promising incomplete trial.

        Parameters
        ----------
        records : sequence of TrialRecord
        weighted : collection of int
            Trial numbers of the members of the ensemble.
        under_way : collection of (trial number, fold)
            Folds that are running or queued.
        """
        for standing in self.worth_finishing(records, weighted):
            record = standing.record
            if not self.can_finish(record.trial):
                continue
            number = record.trial.number
            missing = [
                fold
                for fold in self.needed(record.trial)
                if fold not in record.folds and (number, fold) not in under_way
            ]
            if missing:
                return self.units(record.trial, missing)[0]
        return None

    def next_repeat(
        self, leaders: Sequence[TrialRecord], under_way: Collection[tuple[int, int]]
    ) -> Unit | None:
        """Return a unit of a new shuffle for a leading trial; leaders share each shuffle.

        Parameters
        ----------
        leaders : sequence of TrialRecord
            Most important first.
        under_way : collection of (trial number, fold)
        """
        for start in range(self.n_core, self.n_folds, self.n_core):
            shuffle = range(start, min(start + self.n_core, self.n_folds))
            for record in leaders:
                number = record.trial.number
                missing = tuple(
                    f for f in shuffle if f not in record.folds and (number, f) not in under_way
                )
                if missing and not record.failed and self.can_finish(record.trial):
                    whole = self.all_folds(record.trial) and len(missing) == len(shuffle)
                    return Unit(record.trial, missing if whole else missing[:1])
        return None


def _champions(ranking: Sequence[Standing]) -> set[int]:
    """Return the numbers of the best trial of each family."""
    best: dict[str, int] = {}
    for standing in ranking:
        best.setdefault(standing.record.name, standing.record.trial.number)
    return set(best.values())


def _falls_behind(record: TrialRecord, incumbent: TrialRecord | None) -> bool:
    return incumbent is not None and is_hopeless(record, incumbent)
