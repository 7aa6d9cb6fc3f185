"""What is made of numbers: pairs, expansions, projections."""
