"""The version of autoskl, which stores and run directories keep beside what they hold."""

VERSION = "0.1.0"
"""Stated here, where the build reads it: a folder of sources has no installed metadata."""
