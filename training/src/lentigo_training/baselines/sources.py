"""How well a network reads a source of pictures that its training never saw.

For each source in turn one is trained without it, on the same short budget as one that has all.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import keras
import numpy as np
from scipy.special import softmax

from ..data.datasets import Picture
from ..data.loader import evaluation_pixels
from ..data.splits import load_everything, load_split
from ..fitting.train import Phase, Recipe, Run
from ..networks import network
from ..networks.predict import predict_pixels
from .comparison import Places, Value, measured

LEFT_OUT = MappingProxyType(
    {
        # All of the ISIC archive that is not HAM10000: its folders share clinics and lesions.
        "isic2018_task1": ("isic2018_task1", "isic2019_84px", "isic_224", "isic_archive"),
        # One source in two resolutions.
        "isic_224": ("isic_224", "isic2019_84px"),
        "pad_ufes20": ("pad_ufes20",),
        "ham10000": ("ham10000", "isic2018_task3_val"),
    }
)
"""Source that is tested on, and the data sets that training goes without."""


@dataclass(frozen=True)
class Short:
    """The short budget of every network here."""

    size: int = 96
    epochs: int = 2
    epoch_length: int = 4000
    seed: int = 1

    @property
    def note(self) -> str:
        """What metrics.json says of it."""
        pictures = self.epochs * self.epoch_length
        return (
            f"The figures without a source, and those with all beside them, come from short runs "
            f"of the same network ({pictures:,} pictures at {self.size} pixels, from ImageNet "
            "weights), not from the shipped model: what counts is the difference."
        )

    def recipe(self) -> Recipe:
        """For `train.Run`."""
        return Recipe(
            phases=(Phase(self.size, self.epochs),),
            epoch_length=self.epoch_length,
            average=0.99,
            mixed=0.0,
            warm_up=50,
            seed=self.seed,
        )


def run(names: Sequence[str] | None, places: Places, short: Short) -> None:
    """Trains what is not trained yet and writes `sources/<name>.json` among the reports.

    `names` are some of LEFT_OUT, None stands for all.
    """
    tests = {
        name: load_split(places.data, places.lists, name, "test") for name in names or LEFT_OUT
    }
    training = load_everything(places.data, places.lists, "train")
    # All sources first: without them there is nothing to compare with.
    whole = _trained(training, "all", places, short)
    with_all = {name: measure(pictures, whole, short) for name, pictures in tests.items()}
    folder = places.reports / "sources"
    folder.mkdir(parents=True, exist_ok=True)
    for name, pictures in tests.items():
        model = _trained(without(training, name), name, places, short)
        rows = [
            {"leftOut": name, "dataSet": name, "split": "test", "name": figure, **value}
            | {"withAll": {key: with_all[name][figure][key] for key in ("value", "interval")}}
            for figure, value in measure(pictures, model, short).items()
        ]
        report = {"note": short.note, "rows": rows}
        (folder / f"{name}.json").write_text(json.dumps(report, indent=1) + "\n")
        for row in rows:
            print(name, row["name"], row["value"], "with all", row["withAll"]["value"], flush=True)


def without(pictures: Sequence[Picture], source: str) -> list[Picture]:
    """Those that neither belong to the source nor show a patient or lesion of it."""
    gone = LEFT_OUT[source]
    groups = {p.group for p in pictures if p.dataset in gone}
    return [p for p in pictures if p.dataset not in gone and p.group not in groups]


def measure(
    pictures: Sequence[Picture], model: keras.Model, short: Short, resamples: int = 1000
) -> dict[str, Value]:
    """See `comparison.measured`."""
    logits = predict_pixels(model, evaluation_pixels(pictures, short.size))["logits"]
    probabilities = softmax(np.float64(logits), axis=1)
    top = probabilities.argmax(axis=1)
    return measured(pictures, probabilities, top, short.seed, resamples)


def _trained(training: Sequence[Picture], name: str, places: Places, short: Short) -> keras.Model:
    """The averaged weights at the end of a run. A run that was stopped is resumed."""
    keras.utils.set_random_seed(short.seed)
    model = network.build(places.imagenet)
    folder = places.runs / f"{name}-{short.size}-{short.epochs}x{short.epoch_length}"
    Run(folder, short.recipe(), model, training, {}).train()
    model.load_weights(max(folder.glob("ema-*.weights.h5")))
    return model
