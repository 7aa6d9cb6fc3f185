"""Logs search events under the logger ``autoskl``."""

from __future__ import annotations

import logging

from autoskl.core.events import Event, FoldFinished, SearchFinished, SearchStarted

logger = logging.getLogger("autoskl")
# Otherwise Python's handler of last resort would print warnings nobody asked for.
logger.addHandler(logging.NullHandler())


def log_event(event: Event) -> None:
    """Log start, end and failures at level INFO, and each fold at level DEBUG.

    Parameters
    ----------
    event : Event
    """
    if isinstance(event, SearchStarted):
        logger.info(
            "search started: time_limit=%s, n_trials=%s, scoring=%s",
            event.time_limit,
            event.n_trials,
            event.metric,
        )
    elif isinstance(event, SearchFinished):
        logger.info("done in %.1f s (%s): %.6g", event.seconds, event.reason, event.score)
    elif isinstance(event, FoldFinished):
        _log_fold(event)


def _log_fold(event: FoldFinished) -> None:
    trial, result = event.trial, event.result
    family = trial.configuration.get("model", "")
    if not result.ok:
        logger.info(
            "trial %d (%s) failed on fold %d: %s: %s",
            trial.number,
            family,
            result.fold,
            result.status,
            result.reason,
        )
    logger.debug(
        "%.1f s: trial %d (%s), fold %d: %s in %.2f s; best %.6g, ensemble %.6g",
        event.seconds,
        trial.number,
        family,
        result.fold,
        result.status,
        result.fit_seconds,
        event.best_score,
        event.ensemble_score,
    )
