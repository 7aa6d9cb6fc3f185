from __future__ import annotations

import pytest

from autoskl.core.fidelity import geometric_ladder
from autoskl.core.result import FoldResult, Status
from autoskl.core.trial import Trial
from autoskl.history.trial_record import TrialRecord
from autoskl.optimizers.registry import optimizer_class
from autoskl.search.portfolio_queue import PortfolioQueue
from autoskl.search.proposals import Proposal, Proposals
from tests.search.test_portfolio_queue import SPACE

LADDER = geometric_ladder(lowest=1 / 9, eta=3.0)


def make(name: str) -> Proposals:
    optimizer = optimizer_class(name)(SPACE, ladder=LADDER, seed=0)
    return Proposals(PortfolioQueue([], optimizer), optimizer, name, lambda: range(5))


def run(proposals: Proposals, records: list[TrialRecord], n_trials: int) -> list[Proposal]:
    """Ask for trials and tell a loss for each, which depends on its configuration."""
    asked = []
    for _ in range(n_trials):
        proposal = proposals.ask()
        assert proposal is not None
        asked.append(proposal)
        trial = Trial(len(records), proposal.configuration, proposal.fidelity)
        record = TrialRecord(trial)
        loss = hash(proposal.configuration) % 97 / 97
        record.add(FoldResult(0, Status.OK, None, None, losses=(loss,), fit_seconds=0.1))
        records.append(record)
        proposals.tell(records)
    return asked


@pytest.mark.parametrize(
    "name", ["hyperband", "asha", "successive-halving", "bohb", "priorband", "random"]
)
@pytest.mark.parametrize("n_trials", [9, 24])
def test_a_restored_search_goes_on_as_if_uninterrupted(name: str, n_trials: int) -> None:
    proposals, records = make(name), []
    run(proposals, records, n_trials)
    restored = make(name)
    restored.restore(record.trial for record in records)
    restored.tell(records)
    assert not restored._optimizer.pending  # no rung waits for a result that never comes
    assert run(restored, list(records), 12) == run(proposals, records, 12)
