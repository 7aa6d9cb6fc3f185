"""Members of a portfolio fitted to logarithms, where these serve better than the values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from autoskl.components.component import Role
from autoskl.core.configuration import Configuration
from autoskl.space.space import Space

_PLAIN, _LOG = "plain_response", "log_response"

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
        Where it offers no logarithms, members have one form only.
    """

    def __init__(self, space: Space) -> None:
        self._space = space
        self._offers = _LOG in getattr(space.parameters.get(Role.RESPONSE.value), "values", ())

    def forms(self, member: Configuration) -> tuple[Configuration, ...]:
        """Return a member as it is, then on the scales that it may have instead."""
        if not self._offers or member[Role.RESPONSE] != _PLAIN:
            return (member,)
        return member, self._space.complete({**member, Role.RESPONSE.value: _LOG})

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
    return str(configuration.get(Role.RESPONSE, _PLAIN))
