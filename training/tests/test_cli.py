"""The command line can be built, and each command explains itself."""

from __future__ import annotations

import argparse

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
