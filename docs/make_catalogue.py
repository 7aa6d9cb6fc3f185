"""Write docs/catalogue.md: every component with its hyperparameters.

python docs/make_catalogue.py
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

from autoskl.components.component import Component, Role
from autoskl.components.registry import shipped
from autoskl.core.task import Task
from autoskl.pipelines.default_space import default_space
from autoskl.space import Choice, Constant, Integer, Ordinal, Parameter, Real, Space

PAGE = Path(__file__).parent / "catalogue.md"
_TAGS = ("missing", "sparse", "categorical", "scaling", "out_of_bag", "staged", "uses_target")
_HEAD = """# Catalogue

Every component that a search may use, by its role in the pipeline, in the order of the pipeline.
`python docs/make_catalogue.py` generates this page from the components.

The line in italics shows the prior `weight` of the choice (0: only if named), required packages,
tasks it is restricted to, and tags:

- `missing`, `sparse`: accepts missing values, sparse tables
- `categorical`: accepts categories; an encoder leaves them as they are
- `scaling`: needs columns on one scale; an encoder makes such columns
- `out_of_bag`: with `cv="auto"` a single fit yields out-of-bag predictions of all folds
- `staged`: trained in rounds, whose number is chosen on held-out rows
- `uses_target`: a preprocessing step that uses y

The column "active" shows the condition of a hyperparameter, where "category codes" means that
categories reach the model.
"""


def page() -> str:
    """Return the whole page."""
    lines = [_HEAD, *_sizes()]
    for role in Role:
        entries = {n: c for n, c in shipped().items() if c.role is role}
        if entries:
            lines += [f"## {role.value}", ""]
        for name, entry in entries.items():
            lines += _section(name, entry)
    return "\n".join(lines).rstrip() + "\n"


def _sizes() -> Iterator[str]:
    """Yield the numbers of components by role; the size of a space depends on the machine."""
    counts = [f"{sum(c.role is role for c in shipped().values())} {role.value}" for role in Role]
    yield f"{len(shipped())} components: {', '.join(c for c in counts if not c.startswith('0'))}."
    yield "`python docs/make_catalogue.py --size` prints the size of the space on this machine."
    yield ""


def size() -> str:
    """Return the size of the space on this machine: components, hyperparameters and depth."""
    lines = []
    for task in Task:
        space = default_space(task)
        roles = [r.value for r in Role if r.value in space.parameters]
        chosen = sum(len(space.parameters[role].levels or ()) for role in roles)
        lines.append(
            f"{task.value}: {chosen} components in {len(roles)} roles, {len(space)} "
            f"hyperparameters, conditions {space.depth} deep"
        )
    return "\n".join(lines)


def _section(name: str, entry: Component) -> list[str]:
    text, _, references = cleandoc(type(entry).__doc__ or "").partition("References\n----------\n")
    lines = [f"### {name}", "", text.strip(), ""]
    facts = [f"weight {entry.weight:g}", *(tag for tag in _TAGS if getattr(entry.tags, tag))]
    if entry.tags.needs:
        facts.append(f"needs {', '.join(entry.tags.needs)}")
    tasks = sorted(task.value for task in entry.tags.tasks)
    if len(tasks) < len(Task):
        facts.append(f"for {', '.join(tasks)}")
    lines += [f"*{'; '.join(facts)}*", "", *_table(entry, tasks)]
    if references:
        lines += ["References: " + " ".join(references.split()), ""]
    return lines


def _table(entry: Component, tasks: list[str]) -> Iterator[str]:
    spaces = {task: entry.parameters(Task(task)) for task in tasks}
    names = sorted({name for space in spaces.values() for name in space.parameters})
    if not names:
        return
    yield "| hyperparameter | values | default | active |"
    yield "|---|---|---|---|"
    for name in names:
        rows: dict[tuple[str, str, str], list[str]] = {}
        for task, space in spaces.items():
            if name in space.parameters:
                rows.setdefault(_row(space.parameters[name], space), []).append(task)
        for row, where in rows.items():
            active = [*([row[2]] if row[2] else [])]
            active += [] if len(where) == len(tasks) else [", ".join(where)]
            if name in entry.category_parameters:
                active.append("category codes")
            yield f"| `{name}` | {row[0]} | {row[1]} | {'; '.join(active)} |"
    yield ""


def _row(parameter: Parameter, space: Space) -> tuple[str, str, str]:
    """Return the values, the default and the conditions as text."""
    conditions = " and ".join(
        f"`{c.parent}` is {' or '.join(map(str, c.values))}"
        for c in space.conditions_of(parameter.name)
    )
    if isinstance(parameter, Constant):
        return str(parameter.value), str(parameter.value), conditions
    if isinstance(parameter, Real | Integer):
        log = ", log" if parameter.log else ""
        kind = "integer " if isinstance(parameter, Integer) else ""
        values = f"{kind}{parameter.lower:g} to {parameter.upper:g}{log}"
        return values, f"{parameter.default:g}", conditions
    assert isinstance(parameter, Choice | Ordinal)
    order = " (ordered)" if isinstance(parameter, Ordinal) else ""
    return ", ".join(map(str, parameter.values)) + order, str(parameter.default), conditions


def main() -> None:
    """Write the page, or print the size of the space."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", action="store_true", help="print the size of the space here")
    if parser.parse_args().size:
        print(size())
    else:
        PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
