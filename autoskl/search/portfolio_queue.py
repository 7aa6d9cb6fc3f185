"""Members of the portfolio in the queue of the optimizer: which is next, and in which form."""

from __future__ import annotations

import math
from collections.abc import Iterable

from autoskl.core.configuration import Configuration
from autoskl.metalearning.responses import ResponseScales
from autoskl.metalearning.warm_start import Choice
from autoskl.optimizers.optimizer import Optimizer


class PortfolioQueue:
    """The portfolio as the optimizer has it enqueued.

    Parameters
    ----------
    portfolio : iterable of Configuration
        Tried first, in this order; what the optimizer has in its queue comes after the first one,
        and what it knows from an earlier search is left out.
    optimizer : Optimizer
    choose : callable, default=None
        Says which member is next, given the losses told; the order decides without it.
    scales : ResponseScales, default=None
        Says to which scale of the values the next member is fitted; without it members stay as
        they are.
    """

    def __init__(
        self,
        portfolio: Iterable[Configuration],
        optimizer: Optimizer,
        choose: Choice | None = None,
        scales: ResponseScales | None = None,
    ) -> None:
        known = optimizer.archive.seen
        queue = [c for place, c in enumerate(portfolio) if not place or c not in known]
        optimizer.enqueue(queue[1:])
        optimizer.enqueue(queue[:1], first=True)
        self._optimizer = optimizer
        self._choose = choose
        self._scales = scales
        # With the form that is enqueued, in the order of the portfolio.
        self._waiting = {member: member for member in queue}
        self._forms = {member: self._forms_of(member) for member in queue}
        self._member_of = {form: member for member in queue for form in self._forms[member]}
        # In the order and in the form in which they were.
        self._asked: dict[Configuration, None] = {}

    def __bool__(self) -> bool:
        """Whether members have not been tried yet."""
        return bool(self._waiting)

    def has_asked(self, configuration: Configuration) -> bool:
        """Whether a configuration was asked as a member."""
        return configuration in self._asked

    def arrange(self) -> None:
        """Have the member tried next that is due, in the form that is due.

        What was enqueued by others keeps its place behind the first of the portfolio.
        """
        queued = self._optimizer.next_queued
        member = None if queued is None else self._member_of.get(queued)
        if member not in self._waiting:
            return
        losses = self._losses()
        if self._choose is not None:
            member = self._choose(list(self._waiting), losses)
        seen = self._optimizer.archive.seen
        form, forms = self._waiting[member], [f for f in self._forms[member] if f not in seen]
        if self._scales is not None and len(forms) > 1:
            form = self._scales.due(forms, list(self._asked), losses)
        self._prefer(member, form)

    def expect(self, configuration: Configuration) -> None:
        """Have a configuration asked, if it is a form of a waiting member, in just this form."""
        member = self._member_of.get(configuration)
        if member in self._waiting:
            self._prefer(member, configuration)

    def _prefer(self, member: Configuration, form: Configuration) -> None:
        self._optimizer.prefer(form, instead_of=self._waiting[member])
        self._waiting[member] = form

    def note(self, configuration: Configuration) -> None:
        """Note what was asked."""
        member = self._member_of.get(configuration)
        if member in self._waiting:
            self._asked[configuration] = None
            del self._waiting[member]

    def _forms_of(self, member: Configuration) -> tuple[Configuration, ...]:
        """Return a member and its forms that are no members themselves, and not known."""
        forms = (member,) if self._scales is None else self._scales.forms(member)
        known = self._optimizer.archive.seen
        return (member, *(f for f in forms[1:] if f not in self._waiting and f not in known))

    def _losses(self) -> dict[Configuration, float]:
        """Return what members were told."""
        return {
            seen.trial.configuration: math.inf if seen.failed else seen.loss
            for seen in self._optimizer.observations
            if seen.trial.configuration in self._asked
        }
