"""Trains a model and makes its pack; of the skin lesion model unless --task FILE says another."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from .commands.measuring import calibrate, compare, evaluate, reference, sources
from .commands.packs import clinics, embed, export, federate, federation, key, metrics, recalibrate
from .commands.pictures import duplicates, golden, labels, prepare
from .commands.training import average, outline, train
from .data.datasets import DataError
from .data.task import PACKAGE
from .data.taxonomy import BY_NAME, SPLITS, TASK

REPOSITORY = PACKAGE.parent
DATA = REPOSITORY.parent / "shared" / "datasets"
SPLIT_LISTS = TASK.home / "splits"
RUNS = TASK.home / "runs"

WEIGHTS = TASK.home / "weights"
OUTLINE = WEIGHTS / "outline.weights.h5"
REPORTS = TASK.home / "reports"
RESAMPLING_VECTORS = REPOSITORY / "src" / "image" / "testdata" / "resample-golden.json"
CHANCE_VECTORS = REPOSITORY / "src" / "model" / "testdata" / "chances-golden.json"
REFERENCE = TASK.home / "reference" / f"{TASK.main}_test_float.csv"


DATA_HELP = "folder with the data sets; NAME=DIR adds one in the form of the app's training export"


def build_parser() -> argparse.ArgumentParser:
    """The command line: one subcommand for each function in `commands/`."""
    parser = argparse.ArgumentParser(prog="lentigo_training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(function: Callable[[argparse.Namespace], None]) -> argparse.ArgumentParser:
        sub = commands.add_parser(
            function.__name__,
            help=(function.__doc__ or "").splitlines()[0],
            formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        )
        sub.set_defaults(function=function)
        sub.add_argument("--data", type=Path, default=DATA, help=DATA_HELP)
        sub.add_argument(
            "--splits", type=Path, default=SPLIT_LISTS, help="folder with the id lists"
        )
        sub.add_argument("--seed", type=int, default=1, help="random seed")
        return sub

    sub = command(prepare)
    sub.add_argument(
        "--fresh", action="store_true", help="ignore the existing lists and make new ones"
    )

    sub = command(duplicates)
    sub.add_argument(
        "--datasets",
        nargs="+",
        choices=list(BY_NAME),
        required=True,
        help="whose pictures are compared with those of all data sets",
    )

    sub = command(labels)
    sub.add_argument("--dataset", choices=list(BY_NAME), required=True)
    sub.add_argument("--split", choices=SPLITS, default="test")
    sub.add_argument("--out", type=Path, required=True)

    sub = command(train)
    sub.add_argument("--run", type=Path, default=RUNS / "default", help="folder of the run")
    sub.add_argument(
        "--weights", default="imagenet", help="starting weights: imagenet, none or a file"
    )
    sub.add_argument("--phases", help="SIZE:EPOCHS[:FROZEN_BLOCKS],…")
    sub.add_argument("--epoch-length", type=int, help="pictures per epoch")
    sub.add_argument("--batch", type=int)
    sub.add_argument("--rate", type=float, help="highest learning rate")
    sub.add_argument("--weight-decay", type=float, help="weight decay of AdamW")
    sub.add_argument(
        "--distribute", action="store_true", help="split each batch across all devices (JAX)"
    )
    sub.add_argument(
        "--on-device",
        action="store_true",
        help="keep the pictures in the graphics card's memory and augment them there (PyTorch)",
    )
    sub.add_argument(
        "--teachers",
        nargs="+",
        default=(),
        metavar="FILE",
        help="weights of networks whose probabilities are half of each label (PyTorch)",
    )
    sub.add_argument("--mixed", type=float, help="share of blended pictures (mixup)")
    sub.add_argument("--warm-up", type=int, help="steps until the rate is at its highest")
    sub.add_argument("--average", type=float, help="decay of the running average of weights")
    sub.add_argument("--turned", type=float, help="share of a batch that is turned copies")
    sub.set_defaults(**TASK.recipe)

    sub = command(average)
    sub.add_argument("--weights", type=Path, nargs="+", required=True)
    sub.add_argument(
        "--renew-norm",
        type=int,
        default=0,
        metavar="PICTURES",
        help="training pictures to re-estimate batch norm on, in batches of 64",
    )
    sub.add_argument("--size", type=int, default=192, help="side of those pictures in pixels")
    sub.add_argument(
        "--frozen", type=int, default=0, help="first blocks that keep their batch norm"
    )
    sub.add_argument("--out", type=Path, default=WEIGHTS / "lentigo.weights.h5")

    sub = command(outline)
    sub.add_argument("--run", type=Path, default=RUNS / "outline", help="its folder")
    sub.add_argument("--weights", type=Path, default=WEIGHTS / "lentigo.weights.h5")
    sub.add_argument("--epochs", type=int, default=8)
    sub.add_argument("--out", type=Path, default=OUTLINE)

    sub = command(calibrate)
    sub.add_argument("--weights", type=Path, default=WEIGHTS / "lentigo.weights.h5")
    sub.add_argument("--out", type=Path, default=WEIGHTS / "calibration.json")

    sub = command(evaluate)
    sub.add_argument("--weights", type=Path, default=WEIGHTS / "lentigo.weights.h5")
    sub.add_argument("--calibration", type=Path, default=WEIGHTS / "calibration.json")
    sub.add_argument("--dataset", choices=list(BY_NAME), default=TASK.main)
    sub.add_argument("--split", choices=SPLITS, default="test")
    sub.add_argument("--out", type=Path, help="folder for the results")
    sub.add_argument(
        "--equalised",
        action="store_true",
        help="every picture as coarse as the coarsest source and seen through a tube",
    )

    sub = command(compare)
    sub.add_argument("--only", nargs="*", metavar="ID", help="rows to run (default: all)")
    sub.add_argument(
        "--size", type=int, default=96, help="side of the networks' pictures in pixels"
    )
    sub.add_argument("--epochs", type=int, default=3, help="epochs of the networks")
    sub.add_argument("--runs", type=Path, default=RUNS / "comparison")
    sub.add_argument("--reports", type=Path, default=REPORTS)

    sub = command(sources)
    sub.add_argument(
        "--only", nargs="*", metavar="SOURCE", help="sources to leave out (default: all)"
    )
    sub.add_argument("--size", type=int, default=96)
    sub.add_argument("--epochs", type=int, default=2)
    sub.add_argument("--epoch-length", type=int, default=4000, help="pictures per epoch")
    sub.add_argument("--runs", type=Path, default=RUNS / "sources")
    sub.add_argument("--reports", type=Path, default=REPORTS)

    for name in ("compare", "sources"):
        sub = commands.choices[name]
        sub.add_argument(
            "--weights", default="imagenet", help="starting weights: imagenet or a file"
        )
        sub.add_argument("--threads", type=int, default=2, help="PyTorch threads")

    sub = command(reference)
    sub.add_argument("--weights", type=Path, default=WEIGHTS / "lentigo.weights.h5")
    sub.add_argument("--count", type=int, default=600, help="number of pictures, by id")
    sub.add_argument("--out", type=Path, default=REFERENCE)

    for function in (export, metrics):
        sub = command(function)
        sub.add_argument("--history", type=Path, default=WEIGHTS / "history.json")
        sub.add_argument("--reports", type=Path, default=REPORTS, help="folder of reports")
        sub.add_argument("--out", type=Path, default=TASK.pack)
        sub.add_argument("--created", default=date.today().isoformat(), help="date of the pack")
        if function is export:
            sub.add_argument("--weights", type=Path, default=WEIGHTS / "lentigo.weights.h5")
            sub.add_argument("--calibration", type=Path, default=WEIGHTS / "calibration.json")
            sub.add_argument(
                "--outline",
                type=Path,
                default=OUTLINE,
                help="weights of the outline decoder, if there are any",
            )
            sub.add_argument("--version", default="0.1.0", help="version of the pack")
            sub.add_argument("--summary", default=TASK.summary, help="summary for the manifest")
            sub.add_argument(
                "--check", type=int, default=0, help="number of validation pictures to check"
            )

    sub = command(embed)
    sub.add_argument("--weights", type=Path, default=WEIGHTS / "lentigo.weights.h5")
    sub.add_argument("--out", type=Path, default=TASK.pack)

    sub = command(clinics)
    sub.add_argument("--weights", type=Path, default=WEIGHTS / "lentigo.weights.h5")
    sub.add_argument("--pack", type=Path, default=TASK.pack)
    sub.add_argument("--out", type=Path, required=True, help="folder for the embeddings")

    sub = command(recalibrate)
    sub.add_argument("--calibration", type=Path, default=WEIGHTS / "calibration.json")
    sub.add_argument("--out", type=Path, default=TASK.pack)
    sub.add_argument("--version", required=True, help="version of the pack")
    sub.add_argument("--created", default=date.today().isoformat(), help="date of the pack")

    sub = command(federation)
    sub.add_argument("--weights", type=Path, default=WEIGHTS / "lentigo.weights.h5")
    sub.add_argument("--pack", type=Path, default=TASK.pack)
    sub.add_argument("--repeats", type=int, default=5, help="draws of clinics for each mix")
    sub.add_argument("--out", type=Path, default=RUNS / "federation", help="folder of embeddings")
    sub.add_argument(
        "--figure", type=Path, default=REPOSITORY / "docs" / "images" / "federation.svg"
    )

    sub = command(federate)
    sub.add_argument("updates", type=Path, nargs="+", metavar="UPDATE", help="files of devices")
    sub.add_argument("--how", choices=("mean", "trimmed"), default="trimmed")
    sub.add_argument("--pack", type=Path, default=TASK.pack, help="pack that they learnt with")
    sub.add_argument("--out", type=Path, required=True, help="folder of the new pack")
    sub.add_argument("--version", required=True, help="version of the new pack")
    sub.add_argument("--created", default=date.today().isoformat(), help="date of the pack")

    command(key)

    sub = command(golden)
    sub.add_argument("--out", type=Path, default=RESAMPLING_VECTORS)
    sub.add_argument("--chances", type=Path, default=CHANCE_VECTORS)

    return parser


def main(words: Sequence[str]) -> None:
    """Parses a command line and runs its command."""
    arguments = build_parser().parse_args(words)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        arguments.function(arguments)
    except (DataError, FileNotFoundError, ValueError) as error:
        sys.exit(f"lentigo_training: {error}")
