"""Trials and their results, in the order in which they took effect, and tables made of them."""
