"""The command line can be built, and each command explains itself."""

from __future__ import annotations

import argparse
import shutil
import subprocess
from pathlib import Path

import pytest

from lentigo_training.cli import build_parser


def commands() -> list[str]:
    """The names of all commands."""
    parser = build_parser()
    (choices,) = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    return list(choices.choices)


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    names = commands()
    assert {"prepare", "train", "average", "evaluate", "export"} <= set(names)
    for name in names:
        with pytest.raises(SystemExit) as stopped:
            build_parser().parse_args([name, "--help"])
        assert stopped.value.code == 0
        assert f"lentigo_training {name}" in capsys.readouterr().out


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        build_parser().parse_args(["guess"])
    assert stopped.value.code == 2
    assert "guess" in capsys.readouterr().err


def test_the_script_that_trains_everything_calls_commands_that_exist(tmp_path: Path) -> None:
    folder = tmp_path / "training"
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / "runs" / "student").mkdir(parents=True)
    (folder / "weights").mkdir()
    for name in ("best.weights.h5", "history.json"):
        (folder / "runs" / "student" / name).write_text(name)
    shutil.copy(Path(__file__).parents[1] / "train_all.sh", folder)
    python = folder / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\necho "$KERAS_BACKEND $*" >> {folder}/called\n')
    python.chmod(0o755)
    (folder / ".venv" / "bin" / "activate").write_text(f'PATH="{python.parent}:$PATH"\n')
    subprocess.run([folder / "train_all.sh", "--on-device", "--phases", "32:1"], check=True)
    called = [line.split() for line in (folder / "called").read_text().splitlines()]
    assert {tuple(words[:3]) for words in called} == {("torch", "-m", "lentigo_training")}
    parsed = [build_parser().parse_args(words[3:]) for words in called]
    assert [a.function.__name__ for a in parsed] == ["train"] * 4 + ["calibrate", "outline"]
    student = parsed[3]
    assert student.on_device
    assert student.phases == "32:1"
    assert [Path(f).parent for f in student.teachers] == [a.run for a in parsed[:3]]
    assert (folder / "weights" / "lentigo.weights.h5").read_text() == "best.weights.h5"
