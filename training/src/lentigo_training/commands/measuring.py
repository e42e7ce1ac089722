"""Calibration, figures, comparisons."""

from __future__ import annotations

import argparse

from ..data.splits import load_everything, load_split
from ..data.taxonomy import AS_THEY_COME, TASK


def calibrate(arguments: argparse.Namespace) -> None:
    """Chooses temperatures and thresholds on validation; writes calibration.json and, by domain
    under its prior, domain_calibration.json beside it."""
    from ..data.views import CAREFUL
    from ..evaluation import domain_calibration
    from ..evaluation.calibration import calibrate as choose
    from ..evaluation.priors import domain_priors
    from ..networks import network
    from ..networks.predict import predict_views

    pictures = [
        p
        for name in AS_THEY_COME
        for p in load_split(arguments.data, arguments.splits, name, "validation")
    ]
    training = load_everything(arguments.data, arguments.splits, "train")
    outputs = predict_views(network.build(str(arguments.weights)), pictures, count=CAREFUL)
    logits, gate = outputs["logits"], outputs["gate"]
    by_domain = domain_calibration.calibrate(pictures, logits, domain_priors(training))
    by_domain.write(domain_calibration.beside(arguments.out))
    # The network's probabilities are likelihoods: what fits them under the domains' priors holds.
    temperature = {name: part.temperature for name, part in by_domain.readings["plain"].items()}
    calibration = choose(pictures, logits[:, 0], gate[:, 0], temperature)
    calibration.write(arguments.out)
    for file in (arguments.out, domain_calibration.beside(arguments.out)):
        print(file.read_text(), end="")


def evaluate(arguments: argparse.Namespace) -> None:
    """Measures weights on one split of a data set; writes predictions.csv and report.json."""
    import json

    import keras

    from ..data.groups import read_details
    from ..data.views import equalised
    from ..evaluation.calibration import Calibration
    from ..evaluation.domain_calibration import DomainCalibration, beside
    from ..evaluation.evaluate import Evaluated, report
    from ..evaluation.figures import Figures
    from ..evaluation.predictions import write_predictions
    from ..networks import network
    from ..networks.predict import predict_views

    pictures = load_split(arguments.data, arguments.splits, arguments.dataset, arguments.split)
    look = equalised if arguments.equalised else None
    outputs = predict_views(network.build(str(arguments.weights)), pictures, look=look)
    calibration = Calibration.read(arguments.calibration)
    by_domain = DomainCalibration.read(beside(arguments.calibration))
    evaluated = Evaluated.of(pictures, outputs["logits"], outputs["gate"], calibration)
    runtime = f"{keras.backend.backend()}-float"
    name = f"{arguments.dataset}-equalised" if look else arguments.dataset
    figures = Figures(name, arguments.split, runtime, arguments.seed)
    details = read_details(arguments.data, arguments.dataset)
    result = report(evaluated, figures, details, by_domain)
    folder = arguments.out or TASK.home / "runs" / "evaluation" / name
    folder.mkdir(parents=True, exist_ok=True)
    write_predictions(folder / "predictions.csv", evaluated.plain)
    (folder / "report.json").write_text(json.dumps(result, indent=1) + "\n")
    for figure in result["figures"]:
        low, high = figure["interval"]
        print(f"{figure['id']:48} {figure['value']:.4f}  {low:.4f} to {high:.4f}  n {figure['n']}")


def compare(arguments: argparse.Namespace) -> None:
    """Trains and measures the methods that the model is compared with; skips those done."""
    from ..baselines.compare import Effort, Places, run

    places = Places(
        arguments.data, arguments.splits, arguments.runs, arguments.reports, arguments.weights
    )
    effort = Effort(arguments.size, arguments.epochs, arguments.seed, arguments.threads)
    run(arguments.only, places, effort)


def sources(arguments: argparse.Namespace) -> None:
    """Trains short runs that each leave out one source, and tests them on that source."""
    import torch

    from ..baselines.sources import Places, Short, run

    torch.set_num_threads(arguments.threads)
    places = Places(
        arguments.data, arguments.splits, arguments.runs, arguments.reports, arguments.weights
    )
    short = Short(arguments.size, arguments.epochs, arguments.epoch_length, arguments.seed)
    run(arguments.only, places, short)


def reference(arguments: argparse.Namespace) -> None:
    """Writes the float network's uncalibrated probabilities, to compare the app's with."""
    from ..data.loader import evaluation_pixels
    from ..evaluation.predictions import write_reference
    from ..networks import network
    from ..networks.predict import predict_pixels

    pictures = load_split(arguments.data, arguments.splits, TASK.main, "test")[: arguments.count]
    model = network.build(str(arguments.weights))
    write_reference(
        arguments.out, pictures, predict_pixels(model, evaluation_pixels(pictures))["logits"]
    )
    print(f"{len(pictures)} pictures in {arguments.out}")
