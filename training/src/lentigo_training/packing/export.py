"""From trained weights to the pack's graph, with a check of what the rounding of weights does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from ..data.datasets import Picture
from ..data.loader import evaluation_pixels
from ..data.sampler import Sampler
from ..networks.predict import predict_pixels
from . import pack
from .fold import fold
from .graph import Graph, convert
from .rounding import round_kernels

ROUNDING_PICTURES = 128


@dataclass(frozen=True)
class Converted:
    """A graph, its encoded weights, and the Keras network that computes as the app will."""

    graph: Graph
    weights: pack.Weights
    network: keras.Model


def convert_and_round(
    model: keras.Model, training: Sequence[Picture] = (), seed: int = 1
) -> Converted:
    """Folds, rounds, converts and encodes a network.

    The rounding is fitted to some of the `training` pictures; without any, each weight is rounded
    to the nearest step. Raises ValueError if norm layers remain.
    """
    folded = fold(model)
    scales: dict[str, NDArray[np.float32]] = {}
    if training:
        chosen = Sampler(training, seed).epoch(0, ROUNDING_PICTURES)
        folded, scales = round_kernels(folded, evaluation_pixels(chosen))
    graph = convert(folded)
    if left := [op for op in graph.operations if "BatchNorm" in op]:
        raise ValueError(f"the graph still has {left[0]}")
    layers = [layer.name for layer in folded.layers]
    weights = pack.encode_weights(graph, layers, scales)
    return Converted(graph, weights, pack.with_weights(folded, weights.decoded()))


def agreement(
    model: keras.Model, rounded: keras.Model, pixels: NDArray[np.uint8]
) -> tuple[float, float]:
    """Share of equal top classes and mean absolute difference of probabilities on pictures."""
    exact, near = (
        softmax(predict_pixels(m, pixels, ("logits",))["logits"], axis=1) for m in (model, rounded)
    )
    same = float(np.mean(exact.argmax(axis=1) == near.argmax(axis=1)))
    return same, float(np.abs(exact - near).mean())
