"""Surrogate models of the loss as a function of configuration and fidelity."""
