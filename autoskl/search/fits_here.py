"""What the main process fits by itself while the workers get ready."""

from __future__ import annotations

from autoskl.components.registry import component
from autoskl.core.trial import Unit
from autoskl.search.plan import Plan
from autoskl.search.starting_portfolio import is_small

_QUICK_SECONDS = 0.5
"""Longest fit; a worker that is ready by then has found its first units waiting."""

_LONGEST_SECONDS = 5.0
"""Workers that have not come after so long may never come, which waiting for them tells."""


def may_bridge(plan: Plan) -> bool:
    """Whether the main process may help now: a clock runs, and no worker should be there yet."""
    elapsed = plan.allowance.elapsed()
    return plan.settings.timed and plan.may_submit() and elapsed < _LONGEST_SECONDS


def fits_here(plan: Plan, unit: Unit) -> bool:
    """Whether a unit is small, and sure to stop by itself, since nothing here could kill it.

    Parameters
    ----------
    plan : Plan
    unit : Unit
    """
    family = component(str(unit.trial.configuration["model"]))
    return (
        plan.first_here
        and is_small(plan.dataset)
        and len(unit.folds) == 1
        and family.tags.staged
        and plan.cost_model.seconds(unit.trial) <= _QUICK_SECONDS
        and plan.memory.refusal(unit.trial) is None
    )
