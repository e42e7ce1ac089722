"""What each command does, with its parsed arguments; `cli` says which there are."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from .data.datasets import DataError, read_dataset
from .data.near_duplicates import find_pairs, read_pairs, write_pairs
from .data.splits import (
    has_list,
    load_everything,
    load_split,
    read_assignment,
    split_all,
    write_labels,
    write_splits,
)
from .data.taxonomy import DATA_SETS, SPLITS

PACKAGE = Path(__file__).resolve().parents[2]

WATCHED = (
    "ham10000",
    "isic2018_task1",
    "isic2018_task3_val",
    "isic_224",
    "pad_ufes20",
    "non_lesion",
)
"""Data sets whose validation pictures are looked at after every epoch."""


def prepare(arguments: argparse.Namespace) -> None:
    """Writes the split lists and shows how many pictures of each class went where."""
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
    among = [p for pictures in read.values() for p in pictures if p.domain == "dermatoscope"]
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


def train(arguments: argparse.Namespace) -> None:
    """Trains, or goes on with the run in the folder."""
    import keras

    from .data.loader import WHOLE
    from .fitting.train import Recipe, Run, loader_speed, parse_phases, watched_sample
    from .networks import network

    part = WHOLE
    if arguments.distribute:
        from .fitting.distribution import distribute

        devices, part = distribute(arguments.batch)
        print(f"{devices} devices of {part.count} processes share each batch")
    keras.utils.set_random_seed(arguments.seed)
    training = load_everything(arguments.data, arguments.splits, "train")
    validation = {
        name: load_split(arguments.data, arguments.splits, name, "validation")
        for name in WATCHED
        if has_list(arguments.splits, name)
    }
    validation["training"] = watched_sample(training)
    print(f"{len(training)} training pictures, keras backend {keras.backend.backend()}")
    recipe = Recipe(
        phases=parse_phases(arguments.phases),
        epoch_length=arguments.epoch_length,
        batch=arguments.batch,
        rate=arguments.rate,
        weight_decay=arguments.weight_decay,
        average=arguments.average,
        mixed=arguments.mixed,
        turned=arguments.turned,
        seed=arguments.seed,
    )
    weights = None if arguments.weights == "none" else arguments.weights
    run = Run(arguments.run, recipe, network.build(weights), training, validation, part)
    speed = loader_speed(run.sampler, recipe)
    print(f"the loader alone: {speed:.0f} pictures a second at {recipe.phases[-1].size} pixels")
    run.train()


def average(arguments: argparse.Namespace) -> None:
    """Writes the mean of the weights of several files that have a run in common."""
    from .data.loader import Sampler, training_batches
    from .networks import network

    model = network.average(arguments.weights)
    if arguments.renew_norm:
        network.freeze(model, arguments.frozen)
        training = load_everything(arguments.data, arguments.splits, "train")
        sampler = Sampler(training, arguments.seed)
        batches = training_batches(sampler, 0, arguments.renew_norm, 64, arguments.size)
        network.renew_norm(model, (batch.inputs for batch in batches))
    model.save_weights(arguments.out)
    print(f"the mean of {len(arguments.weights)} files is in {arguments.out}")


def outline(arguments: argparse.Namespace) -> None:
    """Trains the decoder of the outline on HAM10000's masks; the classes stay as they are."""
    import keras

    from .fitting.outline_train import Recipe, train
    from .networks import network
    from .networks import outline as decoder

    keras.utils.set_random_seed(arguments.seed)
    model = decoder.attach(network.build(str(arguments.weights)))
    training = load_split(arguments.data, arguments.splits, "ham10000", "train")
    validation = load_split(arguments.data, arguments.splits, "ham10000", "validation")
    recipe = Recipe(epochs=arguments.epochs, seed=arguments.seed)
    best = train(model, training, validation, arguments.run, recipe)
    decoder.save(model, arguments.out)
    print(f"mean Dice on validation {best:.4f}; the decoder is in {arguments.out}")


def calibrate(arguments: argparse.Namespace) -> None:
    """Chooses temperatures and thresholds on validation and writes calibration.json."""
    from .data.loader import evaluation_pixels
    from .evaluation.calibration import calibrate as choose
    from .networks import network
    from .networks.predict import predict_pixels

    pictures = [
        p
        for name in WATCHED
        for p in load_split(arguments.data, arguments.splits, name, "validation")
    ]
    model = network.build(str(arguments.weights))
    outputs = predict_pixels(model, evaluation_pixels(pictures))
    calibration = choose(pictures, outputs["logits"], outputs["gate"])
    calibration.write(arguments.out)
    print(arguments.out.read_text(), end="")


def evaluate(arguments: argparse.Namespace) -> None:
    """Measures weights on one split of a data set; writes predictions.csv and report.json."""
    import json

    import keras

    from .data.groups import read_details
    from .evaluation.calibration import Calibration
    from .evaluation.evaluate import Evaluated, report
    from .evaluation.figures import Figures
    from .evaluation.predictions import write_predictions
    from .networks import network
    from .networks.predict import predict_views

    pictures = load_split(arguments.data, arguments.splits, arguments.dataset, arguments.split)
    outputs = predict_views(network.build(str(arguments.weights)), pictures)
    calibration = Calibration.read(arguments.calibration)
    evaluated = Evaluated.of(pictures, outputs["logits"], outputs["gate"], calibration)
    runtime = f"{keras.backend.backend()}-float"
    figures = Figures(arguments.dataset, arguments.split, runtime, arguments.seed)
    result = report(evaluated, figures, read_details(arguments.data, arguments.dataset))
    folder = arguments.out or PACKAGE / "runs" / "evaluation" / arguments.dataset
    folder.mkdir(parents=True, exist_ok=True)
    write_predictions(folder / "predictions.csv", evaluated.plain)
    (folder / "report.json").write_text(json.dumps(result, indent=1) + "\n")
    for figure in result["figures"]:
        low, high = figure["interval"]
        print(f"{figure['id']:48} {figure['value']:.4f}  {low:.4f} to {high:.4f}  n {figure['n']}")


def compare(arguments: argparse.Namespace) -> None:
    """Trains and measures what the model is compared with, as far as it is not done yet."""
    from .baselines.compare import Effort, Places, run

    places = Places(
        arguments.data, arguments.splits, arguments.runs, arguments.reports, arguments.weights
    )
    effort = Effort(arguments.size, arguments.epochs, arguments.seed, arguments.threads)
    run(arguments.only, places, effort)


def sources(arguments: argparse.Namespace) -> None:
    """Trains short runs without one source of pictures each and tests them on that source."""
    import torch

    from .baselines.sources import Places, Short, run

    torch.set_num_threads(arguments.threads)
    places = Places(
        arguments.data, arguments.splits, arguments.runs, arguments.reports, arguments.weights
    )
    short = Short(arguments.size, arguments.epochs, arguments.epoch_length, arguments.seed)
    run(arguments.only, places, short)


def reference(arguments: argparse.Namespace) -> None:
    """Writes the float network's bare probabilities, which the app's are compared with."""
    from .data.loader import evaluation_pixels
    from .evaluation.predictions import write_reference
    from .networks import network
    from .networks.predict import predict_pixels

    pictures = load_split(arguments.data, arguments.splits, "ham10000", "test")[: arguments.count]
    model = network.build(str(arguments.weights))
    write_reference(
        arguments.out, pictures, predict_pixels(model, evaluation_pixels(pictures))["logits"]
    )
    print(f"{len(pictures)} pictures in {arguments.out}")


def export(arguments: argparse.Namespace) -> None:
    """Makes the model pack from weights, calibration and evaluation reports."""
    from .data.loader import evaluation_pixels
    from .evaluation.calibration import Calibration
    from .networks import network
    from .networks import outline as decoder
    from .packing import pack
    from .packing.export import agreement, convert_and_round
    from .packing.golden import network_example
    from .packing.report import collect_metrics

    model = network.build(str(arguments.weights))
    if arguments.outline.is_file():
        model = decoder.attach(model, arguments.outline)
    training = [
        p for name in WATCHED for p in load_split(arguments.data, arguments.splits, name, "train")
    ]
    converted = convert_and_round(model, training, arguments.seed)
    size = pack.write_pack(
        arguments.out,
        converted.graph,
        converted.weights,
        network_example(converted.network),
        collect_metrics(arguments.reports, arguments.history, arguments.created),
        Calibration.read(arguments.calibration),
        version=arguments.version,
        created=arguments.created,
        summary=arguments.summary,
    )
    print(f"{arguments.out}: {size} bytes")
    if arguments.check:
        pictures = load_split(arguments.data, arguments.splits, "ham10000", "validation")
        pixels = evaluation_pixels(pictures[: arguments.check])
        same, difference = agreement(model, converted.network, pixels)
        print(
            f"rounded against float on {len(pixels)} validation pictures: same top class "
            f"{same:.4f}, mean absolute difference of probabilities {difference:.5f}"
        )


def metrics(arguments: argparse.Namespace) -> None:
    """Puts the figures of new reports into a pack, the weights untouched."""
    from .packing.pack import replace_metrics
    from .packing.report import collect_metrics

    found = collect_metrics(arguments.reports, arguments.history, arguments.created)
    replace_metrics(arguments.out, found)
    print(f"{len(found['figures'])} figures in {arguments.out}")


def golden(arguments: argparse.Namespace) -> None:
    """Writes the golden vectors of the resampling for the app's tests."""
    from .packing.golden import write_resampling_vectors

    write_resampling_vectors(arguments.out)
