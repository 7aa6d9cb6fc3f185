from __future__ import annotations

import pytest

from autoskl.components.component import Shape
from autoskl.core.configuration import Configuration
from autoskl.core.task import Task
from autoskl.metalearning.response_scales import ResponseScales
from autoskl.optimizers import RandomSearch
from autoskl.pipelines.pipeline_space import pipeline_space
from autoskl.search.portfolio_queue import PortfolioQueue
from autoskl.search.proposals import Proposals
from autoskl.tables.columns import Column, Kind

SHAPE = Shape(n_rows=500, n_columns=1, has_skewed_values=True)
SPACE = pipeline_space(Task.REGRESSION, (Column("a", Kind.NUMERIC),), SHAPE, is_sparse=False)
SCALES = ResponseScales(SPACE)
MEMBERS = [
    SPACE.complete({"model": "lightgbm", "lightgbm:num_leaves": 10 + place}) for place in range(6)
]


def logs(configurations: list[Configuration]) -> str:
    return "".join("L" if c["response"] == "log_response" else "P" for c in configurations)


def proposals_of(members: list[Configuration], optimizer: RandomSearch) -> Proposals:
    return Proposals(
        PortfolioQueue(members, optimizer, scales=SCALES), optimizer, "random", lambda: range(5)
    )


def run(optimizer: RandomSearch, proposals: Proposals, n: int, *, log_loss: float) -> list:
    asked = []
    for _ in range(n):
        proposal = proposals.ask()
        asked.append(proposal)
        is_log = proposal.configuration["response"] == "log_response"
        optimizer.tell(optimizer.trials[-1], log_loss if is_log else 1.0)
    return asked


@pytest.mark.parametrize(("log_loss", "scales"), [(0.5, "PPLLPL"), (2.0, "PPLPLP")])
def test_losses_decide_on_the_scale_of_members_which_are_tried_once(
    log_loss: float, scales: str
) -> None:
    optimizer = RandomSearch(SPACE)
    proposals = proposals_of(MEMBERS, optimizer)
    asked = run(optimizer, proposals, 7, log_loss=log_loss)
    assert logs([proposal.configuration for proposal in asked[:6]]) == scales
    assert [p.configuration["lightgbm:num_leaves"] for p in asked[:6]] == list(range(10, 16))
    assert [p.origin for p in asked] == ["portfolio"] * 6 + ["random"]
    assert not proposals.portfolio_left


def test_what_an_earlier_session_asked_in_one_form_is_not_asked_in_the_other() -> None:
    first = RandomSearch(SPACE)
    run(first, proposals_of(MEMBERS, first), 4, log_loss=0.5)
    optimizer = RandomSearch(SPACE)
    proposals = proposals_of(MEMBERS, optimizer)
    proposals.restore(first.trials)
    rest = [proposals.ask() for _ in range(3)]
    assert [p.configuration["lightgbm:num_leaves"] for p in rest[:2]] == [14, 15]
    assert rest[2].origin == "random"


def test_both_forms_may_be_members() -> None:
    log = SCALES.forms(MEMBERS[1])[1]
    optimizer = RandomSearch(SPACE)
    proposals = proposals_of([log, *MEMBERS], optimizer)
    asked = [p.configuration for p in run(optimizer, proposals, 7, log_loss=0.5)]
    assert asked[0] == log
    assert MEMBERS[1] in asked
    assert len(set(asked)) == 7


def test_the_chosen_member_comes_next_in_the_form_that_is_due() -> None:
    optimizer = RandomSearch(SPACE)
    queue = PortfolioQueue(MEMBERS, optimizer, lambda waiting, losses: waiting[-1], SCALES)
    found = []
    for _ in MEMBERS:
        queue.arrange()
        trial = optimizer.ask()
        queue.note(trial.configuration)
        found.append(trial.configuration)
    assert [c["lightgbm:num_leaves"] for c in found] == list(range(15, 9, -1))
    assert logs(found) == "PPLPLP"
    assert not queue
