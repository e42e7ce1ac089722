"""From trained weights to the pack, with a check of what the rounding of weights does."""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from . import golden, pack
from .fold import fold
from .graph import Graph, convert
from .predict import predict_pixels


@dataclass(frozen=True)
class Converted:
    """A graph and the Keras network that computes what the app will compute."""

    graph: Graph
    rounded: keras.Model

    def example(self) -> dict[str, object]:
        """golden.json of this graph."""
        return golden.network_example(self.rounded)


def convert_and_round(model: keras.Model) -> Converted:
    """Folds, converts, encodes and decodes a network. Raises ValueError if norm layers remain."""
    folded = fold(model)
    graph = convert(folded)
    if left := [op for op in graph.operations if "BatchNorm" in op]:
        raise ValueError(f"the graph still has {left[0]}")
    decoded = pack.decode_weights(*pack.encode_weights(graph))
    return Converted(graph, pack.with_decoded_weights(folded, graph, decoded))


def agreement(
    model: keras.Model, rounded: keras.Model, pixels: NDArray[np.uint8]
) -> tuple[float, float]:
    """Share of equal top classes and mean absolute difference of probabilities on pictures."""
    exact, near = (
        softmax(predict_pixels(m, pixels, ("logits",))["logits"], axis=1) for m in (model, rounded)
    )
    same = float(np.mean(exact.argmax(axis=1) == near.argmax(axis=1)))
    return same, float(np.abs(exact - near).mean())
