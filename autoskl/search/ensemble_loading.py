"""Loads the fitted models of an ensemble."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from autoskl.core.result import Status
from autoskl.ensembles.calibrator import Calibrator
from autoskl.ensembles.members import Member, load_member, model_references
from autoskl.history.history import History
from autoskl.search.ensemble_state import EnsembleState
from autoskl.search.load_times import load_failure_reason


def load_members(
    state: EnsembleState, history: History, calibrator: Calibrator, threads: int
) -> list[Member] | None:
    """Return the members with their fitted models.

    Parameters
    ----------
    state : EnsembleState
    history : History
    calibrator : Calibrator
    threads : int
        Members that are loaded at the same time.

    Returns
    -------
    list of Member or None
        None when some models cannot be loaded, because their files were changed or lost; their
        trials are then marked as failed.
    """

    def load(number: int) -> Member | str:
        """Return a member, or the reason why it cannot be loaded."""
        record = history.record(number)
        kept = list(model_references(record))[: state.n_models.get(number)]
        try:
            return load_member(record, state.weights[number], kept, calibrator.of(number))
        except Exception as error:  # unpickling third-party models may raise anything
            return load_failure_reason(error)

    with ThreadPoolExecutor(threads) as pool:
        loaded = dict(zip(state.weights, pool.map(load, state.weights), strict=True))
    members = [member for member in loaded.values() if isinstance(member, Member)]
    if len(members) == len(loaded):
        return members
    for number, reason in loaded.items():
        if isinstance(reason, str):
            history.reject(number, Status.INVALID, reason)
    return None
