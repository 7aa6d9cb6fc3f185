"""Chooses the scale of the target (raw or logarithmic) for each member of a portfolio."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from autoskl.components.abstract.passthrough import Passthrough
from autoskl.components.component import Role
from autoskl.components.registry import component
from autoskl.core.configuration import Configuration
from autoskl.space.space import Space

Losses = Mapping[Configuration, float]


class ResponseScales:
    """Target scales for members of a portfolio, and the choice of the next one.

    Portfolios were learned without this choice. A model of the logarithms makes other errors than
    one of the raw values, so an ensemble gains from both; but where one scale is clearly better,
    members on the other waste time. Hence the scale with the best loss so far gets most members,
    and the other one a member after 1, 2, 4, 8 ... of them: often enough to be discovered if its
    first members were of weak families, and to add diversity to the ensemble.

    Parameters
    ----------
    space : Space
        If it offers no other scale, members have a single form.
    """

    def __init__(self, space: Space) -> None:
        self._space = space
        offered = getattr(space.parameters.get(Role.RESPONSE.value), "values", ())
        self._others = tuple(name for name in offered if not _is_raw(name))

    def forms(self, member: Configuration) -> tuple[Configuration, ...]:
        """Return a member unchanged, then on each other scale."""
        if not self._others or not _is_raw(member[Role.RESPONSE]):
            return (member,)
        others = (
            self._space.complete({**member, Role.RESPONSE.value: name}) for name in self._others
        )
        return member, *others

    def next_form(
        self, forms: Sequence[Configuration], asked: Sequence[Configuration], losses: Losses
    ) -> Configuration:
        """Return the form of the next member.

        Parameters
        ----------
        forms : sequence of Configuration
            Forms of the member, the unchanged one first.
        asked : sequence of Configuration
            Forms in which earlier members were tried.
        losses : mapping of Configuration to float
            Losses known so far; infinite for failures.
        """
        if not asked:  # the first member is a quick model that says little about scales
            return forms[0]
        tried = [_scale(configuration) for configuration in asked[1:]]
        best = dict.fromkeys(map(_scale, forms), math.inf)
        for configuration, loss in losses.items():
            scale = _scale(configuration)
            best[scale] = min(loss, best.get(scale, math.inf))
        # Ties go to the scale of the unchanged member.
        leader = min(map(_scale, forms), key=lambda scale: best[scale])
        behind = [form for form in forms if _scale(form) != leader]
        for form in behind:
            if 2 ** tried.count(_scale(form)) <= tried.count(leader):
                return form
        return next(form for form in forms if form not in behind)


def _scale(configuration: Configuration) -> str:
    """Return the name of the scale, "" for raw values."""
    name = configuration.get(Role.RESPONSE)
    return "" if name is None or _is_raw(name) else str(name)


def _is_raw(name: object) -> bool:
    return isinstance(component(str(name)), Passthrough)
