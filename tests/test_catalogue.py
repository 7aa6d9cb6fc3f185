from __future__ import annotations

import runpy
from pathlib import Path

from autoskl.components.registry import shipped

DOCS = Path(__file__).parents[1] / "docs"


def test_the_page_is_up_to_date() -> None:
    made = runpy.run_path(str(DOCS / "make_catalogue.py"))
    written = (DOCS / "catalogue.md").read_text(encoding="utf-8")
    assert written == made["page"](), "Run `python docs/make_catalogue.py`."


def test_every_component_and_hyperparameter_is_on_the_page() -> None:
    written = (DOCS / "catalogue.md").read_text(encoding="utf-8")
    for name, entry in shipped().items():
        section = written.partition(f"### {name}\n")[2].partition("\n### ")[0]
        for task in entry.tags.tasks:
            assert all(f"| `{p}` |" in section for p in entry.parameters(task).parameters)


def test_the_size_of_the_space_is_told() -> None:
    made = runpy.run_path(str(DOCS / "make_catalogue.py"))
    lines = made["size"]().splitlines()
    assert [line.split(":")[0] for line in lines] == ["binary", "multiclass", "regression"]
    assert all(" hyperparameters, conditions " in line for line in lines)
