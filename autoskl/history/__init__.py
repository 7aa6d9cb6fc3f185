"""Trials and their results, the tables made from them, and the crash-safe run directory."""
