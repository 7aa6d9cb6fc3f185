from __future__ import annotations

from autoskl.components.registry import component
from autoskl.core.task import Task
from autoskl.metalearning.candidates import PortableConfiguration
from autoskl.metalearning.store.configuration_row import configuration_row


def test_parameters_of_the_user_are_no_components() -> None:
    values = {"model": "linear", "linear:C": 1.0, "foo": 2}
    row = configuration_row(PortableConfiguration((Task.BINARY,), values))
    assert row["revisions"] == {"linear": component("linear").revision}
    assert row["values"] == values
