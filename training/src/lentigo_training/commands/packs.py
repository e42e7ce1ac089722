"""The model pack."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ..data.datasets import Picture
from ..data.splits import load_split
from ..data.taxonomy import AS_THEY_COME, BY_NAME, TASK

if TYPE_CHECKING:
    import keras

ROUNDED = tuple(name for name in AS_THEY_COME if BY_NAME[name].share)
"""Data sets whose training pictures the eight-bit kernels are rounded by."""


def _banked(arguments: argparse.Namespace) -> list[Picture]:
    from ..packing.bank import SOURCES

    return [
        p for name in SOURCES for p in load_split(arguments.data, arguments.splits, name, "train")
    ]


def export(arguments: argparse.Namespace) -> None:
    """Makes the model pack from weights, calibration and evaluation reports, and its bank."""
    from ..data.loader import evaluation_pixels
    from ..evaluation.calibration import Calibration
    from ..evaluation.domain_calibration import DomainCalibration, beside
    from ..networks import network
    from ..networks import outline as decoder
    from ..packing import bank, pack, signing
    from ..packing.export import agreement, convert_and_round
    from ..packing.golden import network_example
    from ..packing.report import collect_metrics

    model = network.build(str(arguments.weights))
    if arguments.outline.is_file():
        model = decoder.attach(model, arguments.outline)
    training = [
        p for name in ROUNDED for p in load_split(arguments.data, arguments.splits, name, "train")
    ]
    converted = convert_and_round(model, training, arguments.seed)
    size = pack.write_pack(
        arguments.out,
        converted.graph,
        converted.weights,
        network_example(converted.network),
        collect_metrics(arguments.reports, arguments.history, arguments.created),
        Calibration.read(arguments.calibration),
        DomainCalibration.read(beside(arguments.calibration)),
        version=arguments.version,
        created=arguments.created,
        summary=arguments.summary,
    )
    signer = signing.signer(arguments.out)
    print(f"{arguments.out}: {size} bytes, {f'signed by {signer}' if signer else 'not signed'}")
    size = pack.write_bank(arguments.out, bank.make(converted.network, _banked(arguments)))
    print(f"{bank.NAME}: {size} bytes")
    if arguments.check:
        pictures = load_split(arguments.data, arguments.splits, TASK.main, "validation")
        pixels = evaluation_pixels(pictures[: arguments.check])
        same, difference = agreement(model, converted.network, pixels)
        print(
            f"rounded against float on {len(pixels)} validation pictures: same top class "
            f"{same:.4f}, mean absolute difference of probabilities {difference:.5f}"
        )


def embed(arguments: argparse.Namespace) -> None:
    """Makes the bank of a pack that is there, from the pack's own weights."""
    from ..packing import bank, pack

    found = bank.make(_packed(arguments.out, arguments.weights), _banked(arguments))
    print(
        f"{bank.NAME}: {pack.write_bank(arguments.out, found)} bytes, {len(found.classes)} entries"
    )


def clinics(arguments: argparse.Namespace) -> None:
    """Embeds the pictures of made clinics, for the study of learning on a device."""
    from ..packing.clinics import clinics as made
    from ..packing.clinics import write

    model = _packed(arguments.pack, arguments.weights)
    for clinic in made(arguments.data, arguments.splits):
        write(arguments.out, clinic, model)
        print(f"{clinic.name}: {len(clinic.corrected) + len(clinic.tested)} pictures")


def federation(arguments: argparse.Namespace) -> None:
    """Studies merging: heads of made clinics, merged, single and pooled; draws the curves."""
    import json

    from ..federation import figure, merge, study
    from ..packing import bank, pack
    from ..packing.clinics import merged_clinics, write

    manifest, weights = pack.read_pack(arguments.pack)
    if not all((arguments.out / f"{name}.json").is_file() for name in study.SOURCES):
        model = _packed(arguments.pack, arguments.weights)
        for clinic in merged_clinics(arguments.data, arguments.splits):
            write(arguments.out, clinic, model)
    pool = study.read_pool(arguments.out)
    shipped, found = merge.layer_of(weights), bank.read(arguments.pack, manifest)
    rows = list(study.study(pool, found, shipped, arguments.repeats))
    (arguments.out / "rows.json").write_text(json.dumps(rows) + "\n")
    arguments.figure.write_text(figure.drawing(study.means(rows)))
    print(figure.table(study.means(rows)))
    lengths = study.means(rows)["length"].values()
    print("length of a clinic's change: " + ", ".join(f"{mean:.2f}" for mean, _ in lengths))
    print(figure.noise_table(study.means(rows), alpha=1.0))


def _packed(folder: Path, weights: Path) -> keras.Model:
    """The network as the app computes it: with the weights of a pack."""
    from ..networks import network
    from ..packing import pack
    from ..packing.fold import fold

    _, packed = pack.read_pack(folder)
    return pack.with_weights(fold(network.build(str(weights))), packed.decoded())


def federate(arguments: argparse.Namespace) -> None:
    """Merges head updates of several devices into a new version of their pack."""
    from ..federation import merge, update
    from ..packing import bank, pack

    updates = [update.read(path) for path in arguments.updates]
    manifest, weights = pack.read_pack(arguments.pack)
    shipped = merge.layer_of(weights)
    merge.fitting(updates, manifest, shipped)
    for each in updates:
        print(
            f"{each.name}: {each.weight} lesions, {each.signer or 'not signed'}, {each.said_noise}"
        )
    merged = merge.merge(updates, shipped, arguments.how)
    for name in merged.outliers:
        print(f"{name} lies far from the others")
    change = merge.guard(bank.read(arguments.pack, manifest), shipped, merged.layer, arguments.seed)
    low, high = change.interval
    print(
        f"balanced accuracy on the bank's held-out half: {change.before:.3f} before, "
        f"{change.after:.3f} merged, difference {low:.3f} to {high:.3f}"
    )
    if not change.allowed:
        raise ValueError("the merged head is not adopted: it may be worse than the one before")
    words = (
        f"The last layer is merged from {len(updates)} devices' updates of {manifest['version']}."
    )
    merge.write(arguments.pack, arguments.out, merged, arguments.version, arguments.created, words)
    print(f"{arguments.out} is version {arguments.version}")


def key(_: argparse.Namespace) -> None:
    """Makes a key that packs are signed with: private for the environment, public for the app."""
    from ..packing import signing

    made = signing.new_key()
    print(f"{signing.VARIABLE}={made}\npublic key {signing.public_key(signing.key_of(made))}")


def recalibrate(arguments: argparse.Namespace) -> None:
    """Puts another calibration and version into a pack, the weights untouched."""
    from ..evaluation.calibration import Calibration
    from ..evaluation.domain_calibration import DomainCalibration, beside
    from ..packing.pack import replace_calibration

    calibration = Calibration.read(arguments.calibration)
    by_domain = DomainCalibration.read(beside(arguments.calibration))
    replace_calibration(arguments.out, calibration, by_domain, arguments.version, arguments.created)
    print(f"{arguments.out} is version {arguments.version}")


def metrics(arguments: argparse.Namespace) -> None:
    """Puts the figures of new reports into a pack without changing its weights."""
    from ..packing.pack import replace_metrics
    from ..packing.report import collect_metrics

    found = collect_metrics(arguments.reports, arguments.history, arguments.created)
    replace_metrics(arguments.out, found)
    print(f"{len(found['figures'])} figures in {arguments.out}")
