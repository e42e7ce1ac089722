"""The table of dependency rules in pyproject.toml holds, and nothing has grown out of hand."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TRAINING = Path(__file__).parents[1]
SOURCE = TRAINING / "src" / "lentigo_training"


def violations(folder: Path) -> str:
    """What import-linter says of the package under `folder`; empty where all rules hold."""
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={"PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
    )
    return result.stdout if result.returncode else ""


def test_the_rules_hold() -> None:
    assert violations(TRAINING) == ""


@pytest.mark.parametrize(
    ("file", "line", "complaint"),
    [
        ("data/views.py", "from ..networks import network", "data is not allowed to import"),
        ("fitting/keras_engine.py", "from .engines import engine_for", "No cycles are allowed"),
    ],
)
def test_a_violation_is_found(tmp_path: Path, file: str, line: str, complaint: str) -> None:
    shutil.copytree(SOURCE, tmp_path / "src" / "lentigo_training")
    shutil.copy(TRAINING / "pyproject.toml", tmp_path)
    with (tmp_path / "src" / "lentigo_training" / file).open("a") as source:
        source.write(f"{line}\n")
    assert complaint in violations(tmp_path)


def test_files_are_short_and_folders_small() -> None:
    files = [*SOURCE.rglob("*.py"), *TRAINING.glob("tests/**/*.py")]
    assert [f for f in files if len(f.read_text().splitlines()) > 300] == []
    folders = {f.parent for f in SOURCE.rglob("*.py")}
    assert len(folders) > 5
    assert [f for f in folders if len(list(f.glob("*.py"))) > 16] == []  # with __init__.py
