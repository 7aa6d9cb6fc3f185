from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from autoskl.components import features, models, preprocessing, registry
from autoskl.components.component import Component, Context, Role, Tags
from autoskl.components.registry import (
    component,
    components,
    register,
    registered,
    shipped,
    unknown_name,
    unregister,
)
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, integer


class ToyModel(Component):
    """A model that nobody has."""

    role = Role.MODEL

    def parameters(self, task: Task) -> Space:
        return Space(())

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        return None


class NeedsMuch(ToyModel):
    tags = Tags(needs=("a_package_that_is_not_there",))


class Contradiction(ToyModel):
    tags = Tags(categorical=True)


class WithoutRole(Component):
    """Does not say where it belongs."""

    parameters = ToyModel.parameters
    build = ToyModel.build


class RoleAsText(ToyModel):
    role = "model"  # type: ignore[assignment]


class TagsAsDictionary(ToyModel):
    tags = {"missing": True}  # type: ignore[assignment]  # noqa: RUF012


class ParametersAsList(ToyModel):
    def parameters(self, task: Task) -> Any:
        return [integer("depth", 1, 8)]


class NeedsMuchForItsParameters(NeedsMuch):
    def parameters(self, task: Task) -> Any:
        raise ImportError("a_package_that_is_not_there")


@pytest.fixture
def clean() -> Iterator[None]:
    """Leave the registry as it was."""
    yield
    for name in ("toy_model", "needs_much", "needs_much_for_its_parameters", "other"):
        unregister(name)
    registry._catalogue.cache_clear()


def test_every_file_of_the_catalogue_is_a_component() -> None:
    files = {
        path.stem
        for package in (features, models, preprocessing)
        for path in Path(str(package.__file__)).parent.glob("*.py")
        if not path.stem.startswith("_")
    }
    assert set(shipped()) == files
    assert set(components()) <= files


def test_filters_by_role_and_task() -> None:
    assert {"linear", "lightgbm", "constant"} <= set(components(Role.MODEL))
    assert {"native", "one_hot", "ordinal"} <= set(components(Role.ENCODER))
    assert list(components()) == sorted(components())
    assert "linear" in components(task=Task.REGRESSION)


def test_component_can_be_registered_and_unregistered(clean: None) -> None:
    toy = ToyModel()
    assert register(toy) == "toy_model"
    assert component("toy_model") is toy
    assert register(toy, "other") == "other"
    unregister("toy_model")
    unregister("toy_model")
    with pytest.raises(ValueError, match="no component 'toy_model'"):
        component("toy_model")


def test_component_without_its_package_is_left_out(clean: None) -> None:
    register(NeedsMuch())
    assert "needs_much" not in components()
    with pytest.raises(ValueError, match="needs a_package_that_is_not_there"):
        component("needs_much")


def test_contradictory_tags_are_rejected() -> None:
    with pytest.raises(ValueError, match="tagged categorical but not missing"):
        register(Contradiction())
    with pytest.raises(ValueError, match="identifier"):
        register(ToyModel(), "my model")
    with pytest.raises(ValueError, match="identifier"):
        register(ToyModel(), "")


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (ToyModel, r"ToyModel is a class.* Pass an instance: register\(ToyModel\(\)\)"),
        (object(), r"subclass of autoskl.components.component.Component. Got <object"),
        (int, r"subclass of autoskl.components.component.Component. Got <class 'int'>"),
        (WithoutRole(), "'role' of component 'other' must be a Role .*Got None"),
        (RoleAsText(), "'role' of component 'other' must be a Role .*Got 'model'"),
        (TagsAsDictionary(), "'tags' of component 'other' must be a Tags .*Got {'missing': True}"),
        (ParametersAsList(), r"'parameters' of component 'other' must return a Space.*Got \[Int"),
    ],
)
def test_what_is_no_component_is_rejected(clean: None, entry: Any, message: str) -> None:
    register(ToyModel(), "other")
    before = registered()
    with pytest.raises(TypeError, match=message):
        register(entry, "other")
    assert registered() == before


def test_parameters_are_not_asked_for_without_the_packages_they_may_need(clean: None) -> None:
    assert register(NeedsMuchForItsParameters()) == "needs_much_for_its_parameters"


def test_unknown_name_error_suggests_similar_names() -> None:
    with pytest.raises(ValueError, match="Did you mean 'lightgbm'"):
        component("ligthgbm")
    with pytest.raises(ValueError, match=r"no component 'zzz'\. Known names: .*catalogue\.md"):
        component("zzz")
    with pytest.raises(ValueError, match=r"no scaler 'zzz'\. Known names: 'max_abs', .*'standard'"):
        raise unknown_name("zzz", components(Role.SCALER), "scaler")
    with pytest.raises(ValueError, match="There is no component 1"):
        raise unknown_name(1, components(), "component")


def test_entry_points_provide_components(clean: None, monkeypatch: pytest.MonkeyPatch) -> None:
    points = [
        EntryPoint("other", f"{__name__}:ToyModel", registry.GROUP),
        EntryPoint("broken", f"{__name__}:Absent", registry.GROUP),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: points)
    registry._catalogue.cache_clear()
    with pytest.warns(UserWarning, match="'broken'.*is left out"):
        assert isinstance(component("other"), ToyModel)


def test_catalogue_file_must_define_one_component() -> None:
    with pytest.raises(TypeError, match="must define exactly one component"):
        registry._class_of(sys.modules[__name__])


def test_registry_imports_no_model_library() -> None:
    code = (
        "import sys; from autoskl.components.registry import components; components();"
        "print({'lightgbm', 'sklearn.ensemble', 'sklearn.pipeline'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "set()"
