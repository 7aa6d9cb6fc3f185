"""Every error and warning of autoskl.

AutoSklError
├── ExecutionError             worker processes cannot be started or kept alive
├── NoModelError               not even the constant model could be fitted
├── OptionalDependencyError    an extra is not installed
├── ResumeMismatchError        a run directory belongs to a different run
└── StoreError                 a store of earlier runs cannot be used
    └── StoreUnreachableError  its server does not answer

UserWarning
├── AllowanceWarning           the time or the number of trials was too small
├── DataWarning                the table was repaired
├── ExecutionWarning           worker processes cannot be used
├── LeakWarning                a column or duplicated rows may leak the target
├── MemoryLimitWarning         something was skipped to stay within the memory limit
├── RecordWarning              the run directory can no longer be written
├── StoreWarning               the fit continues without the store
├── TrialFailureWarning        some trials failed; issued once, at the end
└── WarmStartWarning           not all results of an earlier search could be used
"""

from __future__ import annotations

from autoskl.core.extras import how_to_install


class AutoSklError(Exception):
    """Base class of the errors that autoskl defines."""


class ExecutionError(AutoSklError, RuntimeError):
    """Worker processes cannot be started or kept alive; calls can still run in this process."""


class NoModelError(AutoSklError, RuntimeError):
    """Not even the constant model could be fitted."""


class OptionalDependencyError(AutoSklError, ImportError):
    """A package that belongs to an extra is not installed.

    Parameters
    ----------
    package : str
        The missing package.
    extra : str
        The extra of autoskl that installs it.
    """

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"{package} is needed for this but is not installed. {how_to_install([extra])}."
        )
        self.package = package
        self.extra = extra


class ResumeMismatchError(AutoSklError, ValueError):
    """A run directory was written with other data, another search space or another version."""


class StoreError(AutoSklError, RuntimeError):
    """A store of earlier runs is damaged, locked, unreachable or from a newer version."""


class StoreUnreachableError(StoreError):
    """The server of a store does not answer."""


class AllowanceWarning(UserWarning):
    """The time limit or the number of trials was too small."""


class DataWarning(UserWarning):
    """The table was repaired."""


class ExecutionWarning(UserWarning):
    """Worker processes cannot be used here."""


class LeakWarning(UserWarning):
    """The table reveals the target in a way that new rows may not."""


class MemoryLimitWarning(UserWarning):
    """Something was skipped or shrunk to stay within the memory limit."""


class RecordWarning(UserWarning):
    """The run directory can no longer be written; the fit itself continues."""


class StoreWarning(UserWarning):
    """The fit continues without the store of earlier runs."""


class TrialFailureWarning(UserWarning):
    """Some trials failed; `failures_` has the reasons."""


class WarmStartWarning(UserWarning):
    """Some results of an earlier search were changed or ignored; the message says which."""
