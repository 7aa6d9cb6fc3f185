"""Members of a portfolio fitted to logarithms or the like, where these serve better."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from autoskl.components.component import Role
from autoskl.components.registry import component
from autoskl.components.untouched import Untouched
from autoskl.core.configuration import Configuration
from autoskl.space.space import Space

Losses = Mapping[Configuration, float]


class ResponseScales:
    """The scales on which members of a portfolio may be fitted, and the one that is due.

    The lists were learned without that choice. What is fitted to logarithms errs elsewhere than
    what is fitted to the values, so that an ensemble gains from both; but where one scale is
    clearly better, members on the other are lost time. Hence the scale of the best loss so far gets
    most members, and the other one after 1, 2, 4, 8 ... of them: often enough to be found out where
    the first of its members were of weak families, and to lend an ensemble their diversity.

    Parameters
    ----------
    space : Space
        Where it offers no logarithms, nor another scale, members have one form only.
    """

    def __init__(self, space: Space) -> None:
        self._space = space
        offered = getattr(space.parameters.get(Role.RESPONSE.value), "values", ())
        self._others = tuple(name for name in offered if not _is_plain(name))

    def forms(self, member: Configuration) -> tuple[Configuration, ...]:
        """Return a member as it is, then on the scales that it may have instead."""
        if not self._others or not _is_plain(member[Role.RESPONSE]):
            return (member,)
        others = (
            self._space.complete({**member, Role.RESPONSE.value: name}) for name in self._others
        )
        return member, *others

    def due(
        self, forms: Sequence[Configuration], asked: Sequence[Configuration], losses: Losses
    ) -> Configuration:
        """Return the form of the next member.

        Parameters
        ----------
        forms : sequence of Configuration
            Of the member, as it is first.
        asked : sequence of Configuration
            Forms of the members before it.
        losses : mapping of Configuration to float
            Of those that are known; infinite for failures.
        """
        if not asked:  # the first gives the fit a model soon, and says little about scales
            return forms[0]
        tried = [_scale(configuration) for configuration in asked[1:]]
        best = dict.fromkeys(map(_scale, forms), math.inf)
        for configuration, loss in losses.items():
            scale = _scale(configuration)
            best[scale] = min(loss, best.get(scale, math.inf))
        # Of equally good scales that of the member as it is leads.
        leader = min(map(_scale, forms), key=lambda scale: best[scale])
        behind = [form for form in forms if _scale(form) != leader]
        for form in behind:
            if 2 ** tried.count(_scale(form)) <= tried.count(leader):
                return form
        return next(form for form in forms if form not in behind)


def _scale(configuration: Configuration) -> str:
    """Return the name of the scale, "" for the values as they are."""
    name = configuration.get(Role.RESPONSE)
    return "" if name is None or _is_plain(name) else str(name)


def _is_plain(name: object) -> bool:
    return isinstance(component(str(name)), Untouched)
