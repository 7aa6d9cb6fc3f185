"""Higher learning rates of boosted trees that would not converge in time."""

from __future__ import annotations

from collections.abc import Iterator

from autoskl.components.registry import component
from autoskl.core.configuration import Configuration
from autoskl.space.numeric import Real
from autoskl.space.space import Space

_LEARNING_RATE = "learning_rate"


def faster_forms(member: Configuration, space: Space | None) -> Iterator[Configuration]:
    """Yield a configuration, then repeatedly double its learning rate up to its upper bound.

    Boosted trees that the deadline cuts off at a fraction of their rounds underfit. With a higher
    learning rate they need fewer rounds, for a small loss of accuracy.

    Parameters
    ----------
    member : Configuration
        Models other than boosted trees stay unchanged.
    space : Space or None
        Bounds the learning rate; one that it fixes stays unchanged, without a space any.
    """
    yield member
    rate = _learning_rate(member, space)
    while rate is not None and (own := _value(member, rate)) < rate.upper:
        member = Configuration({**member, rate.name: min(2 * own, rate.upper)})
        yield member


def slow_form(member: Configuration, space: Space | None) -> Configuration:
    """Return a configuration with its learning rate halved as far as its default allows.

    Parameters
    ----------
    member : Configuration
    space : Space or None
        See `faster_forms`.
    """
    rate = _learning_rate(member, space)
    while rate is not None and (own := _value(member, rate)) / 2 >= rate.default:
        member = Configuration({**member, rate.name: own / 2})
    return member


def _learning_rate(member: Configuration, space: Space | None) -> Real | None:
    """Return the learning rate of boosted trees, unless the space fixes it."""
    name = f"{member.model}:{_LEARNING_RATE}"
    rate = None if space is None else space.parameters.get(name)
    is_boosted = component(member.model).tags.budget_aware
    return rate if is_boosted and isinstance(rate, Real) and name in member else None


def _value(member: Configuration, rate: Real) -> float:
    """Narrow the type of a value that is known to be a number."""
    value = member[rate.name]
    assert isinstance(value, int | float)
    return float(value)
