"""Shared vocabulary: values and invariants, no algorithms."""
