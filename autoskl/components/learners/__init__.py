"""Estimators that the model components build where a library's own do not suffice.

They keep to a deadline, to `Staged` or to `OutOfBag`, or cope with a single class. The modules
import their libraries at the top, and components import the modules only when they build.
"""
