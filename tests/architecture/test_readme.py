from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from autoskl.core.result import Status
from autoskl.optimizers import OPTIMIZER_NAMES
from tests.architecture.sources import ROOT

PAGES = ["README.md", "docs/user_guide.md"]
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


def python_blocks(page: str) -> list[str]:
    """Return the code of a page as it stands there."""
    return re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.S)


def hurried(code: str) -> str:
    """Return code whose fits try one configuration in this process, and take no time."""
    code = re.sub(r"n_trials=\d+, time_limit=None", "time_limit=60", code)
    return re.sub(r"time_limit=\d+", "time_limit=None, n_trials=1, n_jobs=1", code)


@pytest.mark.parametrize("page", PAGES)
def test_the_code_of_a_page_runs(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = python_blocks(page)
    assert blocks
    names: dict[str, object] = {"__name__": page}
    for block in blocks:  # one after the other, as they are read
        if "autoskl.neural" in block and find_spec("torch") is None:
            continue
        exec(compile(hurried(block), page, "exec"), names)


@pytest.mark.parametrize("page", [*PAGES, "docs/architecture.md", "docs/contributing.md"])
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    broken = [link for link in LINK.findall(text) if not ((ROOT / page).parent / link).exists()]
    assert broken == []


def test_the_map_names_every_package() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    packages = {path.parent.name for path in (ROOT / "autoskl").glob("*/__init__.py")}
    assert [name for name in sorted(packages) if f"`{name}/`" not in text] == []


def test_files_named_in_the_map_exist() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:\w+/)+\w+\.py)`", text)
    places = [ROOT / "autoskl", ROOT]
    assert [n for n in named if not any((place / n).exists() for place in places)] == []


def test_hurried_code_has_no_clock() -> None:
    quick = "A(time_limit=None, n_trials=1, n_jobs=1, x=1)"
    assert hurried("A(time_limit=60, x=1)") == quick
    assert hurried("A(n_trials=50, time_limit=None, x=1)") == quick


def test_the_guide_lists_every_optimizer_and_status() -> None:
    text = (ROOT / "docs/user_guide.md").read_text(encoding="utf-8")
    named = {*OPTIMIZER_NAMES, *(status.value for status in Status)}
    assert [name for name in sorted(named) if f'`"{name}"`' not in text] == []
