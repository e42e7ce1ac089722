"""`python -m lentigo_training`: chooses the task first, because all else depends on it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .data import task


def main() -> None:
    """Takes the task and further data sets out of the command line; the rest is for `cli`."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    early.add_argument("--task", type=Path, default=task.SKIN)
    early.add_argument("--data", action="append", default=[])
    chosen, rest = early.parse_known_args()
    try:
        exports = {text: task.export_of(text) for text in chosen.data}
        task.choose(task.read(chosen.task, [e for e in exports.values() if e]))
    except (FileNotFoundError, ValueError) as error:
        sys.exit(f"lentigo_training: {error}")
    folders = [f"--data={text}" for text, export in exports.items() if not export]

    from . import cli

    cli.main([*rest, *folders])


if __name__ == "__main__":
    main()
