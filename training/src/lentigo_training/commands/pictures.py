"""Split lists, label tables, golden vectors."""

from __future__ import annotations

import argparse
from collections import Counter

from ..data.datasets import DataError, read_dataset
from ..data.near_duplicates import find_pairs, read_pairs, write_pairs
from ..data.splits import load_split, read_assignment, split_all, write_labels, write_splits
from ..data.taxonomy import BY_NAME, DATA_SETS, SPLITS, TASK


def prepare(arguments: argparse.Namespace) -> None:
    """Writes the split lists and prints how many pictures of each class are in each."""
    known = {} if arguments.fresh else read_assignment(arguments.splits)
    splits = split_all(arguments.data, known, read_pairs(arguments.splits))
    if not splits:
        raise DataError(f"there is no data set in {arguments.data}")
    write_splits(arguments.splits, splits)
    for name, rows in splits.items():
        for split in SPLITS:
            counts = Counter(p.stratum for p, s in rows if s == split)
            classes = ", ".join(f"{k} {v}" for k, v in sorted(counts.items()))
            print(f"{name:15} {split:10} {sum(counts.values()):6}  {classes}")


def duplicates(arguments: argparse.Namespace) -> None:
    """Finds near-identical pictures across data sets; `prepare` then keeps them together."""
    read = {d.name: read_dataset(arguments.data, d.name) for d in DATA_SETS}
    main = BY_NAME[TASK.main].domain
    among = [p for pictures in read.values() for p in pictures if p.domain == main]
    seen = Counter(p.image_id for p in among)
    # Two copies under one id are kept together by the id.
    new = [p for name in arguments.datasets for p in read[name] if seen[p.image_id] == 1]
    pairs = find_pairs(new, among)
    write_pairs(arguments.splits, pairs)
    print(f"{len(pairs)} pairs among {len(new)} pictures of {', '.join(arguments.datasets)}")


def labels(arguments: argparse.Namespace) -> None:
    """Writes the `file,dx` table of one split of one data set."""
    pictures = load_split(arguments.data, arguments.splits, arguments.dataset, arguments.split)
    write_labels(arguments.out, pictures)
    print(f"{len(pictures)} pictures in {arguments.out}")


def golden(arguments: argparse.Namespace) -> None:
    """Writes golden vectors of resampling and calibration for the app's tests."""
    from ..packing.chance_vectors import write_chance_vectors
    from ..packing.golden import write_resampling_vectors

    write_resampling_vectors(arguments.out)
    write_chance_vectors(arguments.chances)
