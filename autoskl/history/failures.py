"""Failed fits as a table."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from autoskl.core.result import Status
from autoskl.history.history import History

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("trial", "model", "fold", "status", "reason", "fit_seconds", "configuration")
_MAX_NAMES = 3
_PHRASES = {
    Status.TIMEOUT: "timed out",
    Status.MEMORY: "out of memory",
    Status.RAISED: "raised an error",
}


def failures(history: History) -> pd.DataFrame:
    """Return one row for each fold without predictions, in the order of the results.

    Parameters
    ----------
    history : History

    Returns
    -------
    pandas.DataFrame
        With the status and, in ``reason``, an explanation for users.
    """
    import pandas as pd

    rows = [
        {
            "trial": record.trial.number,
            "model": record.name,
            "fold": result.fold,
            "status": str(result.status),
            "reason": result.reason,
            "fit_seconds": result.fit_seconds,
            "configuration": dict(record.trial.configuration),
        }
        for record, result in history.failures
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def failure_summary(history: History) -> str:
    """Return the number of failed fits by status, the most frequent first; "" for none.

    Examples
    --------
    >>> from autoskl.history.failures import failure_summary
    >>> from autoskl.history.history import History
    >>> failure_summary(History())
    ''
    """
    pairs = [
        (_PHRASES.get(result.status, str(result.status)), record.name)
        for record, result in history.failures
    ]
    counts = Counter(status for status, _ in pairs)
    parts = []
    for status, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        names = Counter(name for other, name in pairs if other == status)
        ordered = sorted(names, key=lambda name: (-names[name], name))
        more = f" and {len(ordered) - _MAX_NAMES} more" if len(ordered) > _MAX_NAMES else ""
        parts.append(f"{number} {status} ({', '.join(ordered[:_MAX_NAMES])}{more})")
    return ", ".join(parts)


def trial_counts(history: History) -> tuple[int, int]:
    """Return how many trials succeeded on all their folds, and how many failed on any.

    The constant model does not count.

    Parameters
    ----------
    history : History
    """
    records = [r for r in history.records if r.folds and not r.trial.is_constant]
    n_failed = sum(record.failed for record in records)
    return len(records) - n_failed, n_failed
