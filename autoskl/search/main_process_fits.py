"""Which units the main process fits by itself while the workers start."""

from __future__ import annotations

from autoskl.components.registry import component
from autoskl.core.trial import Unit
from autoskl.search.plan import Plan
from autoskl.search.starting_portfolio import is_small

_MAX_FIT_SECONDS = 0.5
"""Maximum predicted time of a fit; workers that get ready meanwhile have units queued."""

_MAX_ELAPSED_SECONDS = 5.0
"""Workers that are not ready by then may never be, which is found out by waiting for them."""


def may_fit_in_main(plan: Plan) -> bool:
    """Return whether the main process may fit units now: in timed runs, shortly after the start."""
    elapsed = plan.allowance.elapsed()
    return plan.settings.timed and plan.time.may_submit() and elapsed < _MAX_ELAPSED_SECONDS


def fits_in_main(plan: Plan, unit: Unit) -> bool:
    """Return whether a unit is small and sure to stop by itself, since it cannot be killed here.

    Parameters
    ----------
    plan : Plan
    unit : Unit
    """
    family = component(unit.trial.configuration.model)
    return (
        plan.first_in_main
        and is_small(plan.dataset)
        and len(unit.folds) == 1
        and family.tags.staged
        and plan.cost_model.seconds(unit.trial) <= _MAX_FIT_SECONDS
        and plan.memory.refusal(unit.trial) is None
    )
