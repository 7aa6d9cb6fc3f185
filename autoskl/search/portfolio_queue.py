"""Portfolio members in the queue of the optimizer: which is next, and in which variant."""

from __future__ import annotations

import math
from collections.abc import Iterable

from autoskl.core.configuration import Configuration
from autoskl.metalearning.response_scales import ResponseScales
from autoskl.metalearning.warm_start import MemberChooser
from autoskl.optimizers.optimizer import Optimizer


class PortfolioQueue:
    """The portfolio in the queue of the optimizer.

    Parameters
    ----------
    portfolio : iterable of Configuration
        Tried first, in this order. Configurations that are already in the optimizer's queue come
        after the first one; those known from an earlier search are skipped.
    optimizer : Optimizer
    choose : callable, default=None
        Chooses the next member by the losses so far; by default they are tried in order.
    scales : ResponseScales, default=None
        Chooses the scale of the target that the next member is fitted to; by default members are
        not changed.
    """

    def __init__(
        self,
        portfolio: Iterable[Configuration],
        optimizer: Optimizer,
        choose: MemberChooser | None = None,
        scales: ResponseScales | None = None,
    ) -> None:
        known = optimizer.archive.seen
        queue = [c for i, c in enumerate(portfolio) if i == 0 or c not in known]
        optimizer.enqueue(queue[1:])
        optimizer.enqueue(queue[:1], first=True)
        self._optimizer = optimizer
        self._choose = choose
        self._scales = scales
        # Members, in the order of the portfolio, and the variant that is enqueued.
        self._waiting = {member: member for member in queue}
        self._variants = {member: self._variants_of(member) for member in queue}
        self._member_of = {form: member for member in queue for form in self._variants[member]}
        # Variants that were asked, in this order.
        self._asked: dict[Configuration, None] = {}

    def __bool__(self) -> bool:
        """Whether any members have not been tried yet."""
        return bool(self._waiting)

    def has_asked(self, configuration: Configuration) -> bool:
        """Return whether a configuration was asked as a member."""
        return configuration in self._asked

    def arrange(self) -> None:
        """Move the best next member, in its best variant, to the front of the members.

        Configurations enqueued by others keep their place behind the first member.
        """
        queued = self._optimizer.next_queued
        member = None if queued is None else self._member_of.get(queued)
        if member not in self._waiting:
            return
        losses = self._losses()
        if self._choose is not None:
            member = self._choose(list(self._waiting), losses)
        seen = self._optimizer.archive.seen
        form, forms = self._waiting[member], [f for f in self._variants[member] if f not in seen]
        if self._scales is not None and len(forms) > 1:
            form = self._scales.next_form(forms, list(self._asked), losses)
        self._prefer(member, form)

    def expect(self, configuration: Configuration) -> None:
        """If a configuration is a variant of a waiting member, have that variant asked."""
        member = self._member_of.get(configuration)
        if member in self._waiting:
            self._prefer(member, configuration)

    def _prefer(self, member: Configuration, form: Configuration) -> None:
        self._optimizer.prefer(form, instead_of=self._waiting[member])
        self._waiting[member] = form

    def note(self, configuration: Configuration) -> None:
        """Record that a configuration was asked."""
        member = self._member_of.get(configuration)
        if member in self._waiting:
            self._asked[configuration] = None
            del self._waiting[member]

    def _variants_of(self, member: Configuration) -> tuple[Configuration, ...]:
        """Return a member and those of its variants that are neither members nor known."""
        forms = (member,) if self._scales is None else self._scales.forms(member)
        known = self._optimizer.archive.seen
        return (member, *(f for f in forms[1:] if f not in self._waiting and f not in known))

    def _losses(self) -> dict[Configuration, float]:
        """Return the losses of the members so far."""
        return {
            seen.trial.configuration: math.inf if seen.failed else seen.loss
            for seen in self._optimizer.observations
            if seen.trial.configuration in self._asked
        }
