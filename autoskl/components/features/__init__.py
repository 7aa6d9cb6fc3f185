"""Feature construction from numbers: pairs, expansions, projections."""
