from __future__ import annotations

from pathlib import Path

import pytest

from autoskl.core.task import Task
from autoskl.metalearning.building.corpus import read_corpus, read_table
from tests.metalearning.building.corpus_files import write_corpus


def test_entries_have_task_group_and_weight(tmp_path: Path) -> None:
    entries = read_corpus(write_corpus(tmp_path))
    assert [e.task for e in entries] == [Task.BINARY, Task.MULTICLASS, Task.REGRESSION]
    assert [e.weight for e in entries] == [0.25, 1.0, 1.0]
    assert all(e.group == e.name for e in entries)


def test_known_duplicates_share_a_group(tmp_path: Path) -> None:
    lines = [f"{name},binary,y,10,2" for name in ("pc1", "mc1", "sonar")]
    (tmp_path / "index.csv").write_text("\n".join(["name,task,target,rows,columns", *lines]))
    groups = [entry.group for entry in read_corpus(tmp_path)]
    assert groups[0] == groups[1] != groups[2]


def test_a_table_comes_without_its_target(tmp_path: Path) -> None:
    entry = read_corpus(write_corpus(tmp_path))[0]
    table, target = read_table(tmp_path, entry)
    assert "y" not in table.columns
    assert len(table) == len(target) == 60


def test_a_folder_without_an_index(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"has no index\.csv"):
        read_corpus(tmp_path)


def test_an_index_without_a_column(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text("name,task,rows,columns\nx,binary,1,1\n")
    with pytest.raises(ValueError, match="no column target"):
        read_corpus(tmp_path)


def test_an_empty_index(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text("name,task,target,rows,columns\n")
    with pytest.raises(ValueError, match="lists no data sets"):
        read_corpus(tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    entry = read_corpus(write_corpus(tmp_path))[0]
    (tmp_path / "binary-set.csv").unlink()
    with pytest.raises(ValueError, match=r"has no binary-set\.csv\.gz"):
        read_table(tmp_path, entry)


@pytest.mark.parametrize(
    ("line", "told"),
    [("b,class,y,1,1", "'class' is not a valid Task"), ("b,binary,y,many,1", "'many'")],
)
def test_an_invalid_line_is_named(tmp_path: Path, line: str, told: str) -> None:
    head = "name,task,target,rows,columns\na,binary,y,1,1\n"
    (tmp_path / "index.csv").write_text(f"{head}{line}\n")
    with pytest.raises(
        ValueError, match=rf"index\.csv, line 3, is invalid: .*{told}.*needs a task"
    ):
        read_corpus(tmp_path)
