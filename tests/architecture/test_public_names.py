from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path
from types import ModuleType

import autoskl
from tests.architecture.sources import FILES, module_of, name_of, tree_of

EXTRAS = {"catboost", "interpret", "xgboost"}
PACKAGES = [path for path in FILES if path.name == "__init__.py"]


def exported(path: Path) -> list[str] | None:
    """Return what ``__all__`` says, None where there is none."""
    for node in tree_of(path).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    return None


def constants_then_classes_then_the_rest(name: str) -> tuple[int, str]:
    """Return the key by which ruff sorts ``__all__`` too."""
    if name.isupper():
        return 0, name
    return (1 if name[:1].isupper() else 2), name


def imported(path: Path) -> set[str]:
    """Return the names that a file takes from the library's other files when it is loaded."""
    froms = [node for node in tree_of(path).body if isinstance(node, ast.ImportFrom)]
    return {
        alias.asname or alias.name
        for node in froms
        if (node.module or "").startswith("autoskl.")
        for alias in node.names
    }


def test_packages_that_import_names_export_them() -> None:
    silent = {name_of(path): imported(path) - set(exported(path) or []) for path in PACKAGES}
    assert {package: names for package, names in silent.items() if names} == {}


def test_exported_names_are_sorted() -> None:
    names = {name_of(path): exported(path) or [] for path in PACKAGES}
    key = constants_then_classes_then_the_rest
    assert names == {package: sorted(exports, key=key) for package, exports in names.items()}


def test_exported_names_exist() -> None:
    missing = {
        name_of(path): [n for n in exported(path) or [] if not hasattr(module, n)]
        for path in PACKAGES
        if (module := import_module(module_of(path)))
    }
    assert {package: names for package, names in missing.items() if names} == {}


def test_what_users_import() -> None:
    assert set(autoskl.__all__) == {
        "AutoClassifier",
        "AutoRegressor",
        "__version__",
        "default_space",
        "register",
    }


def test_every_module_can_be_imported() -> None:
    for path in FILES:
        try:
            import_module(module_of(path))
        except ModuleNotFoundError as error:
            # Around a library of an extra that need not be there.
            if error.name not in EXTRAS:
                raise


def test_no_module_is_named_after_nothing() -> None:
    vague = {"utils", "util", "common", "helpers", "base", "misc", "tools"}
    assert [name_of(path) for path in FILES if vague & {path.stem, path.parent.name}] == []


def test_no_file_hides_an_exported_name() -> None:
    # Importing a file sets its name in the package, also that of a function that it is the home of.
    for path in PACKAGES:
        for name in exported(path) or []:
            package = import_module(module_of(path))
            getattr(package, name)
            assert not isinstance(getattr(package, name), ModuleType), f"{package.__name__}.{name}"
