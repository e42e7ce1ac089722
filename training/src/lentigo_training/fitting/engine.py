"""What does the steps of a run, as the run sees it: `keras_engine` or `torch_engine`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..data.batches import Batch

Array = NDArray[Any]


class Engine(Protocol):
    """Trains the model that it was made for, and keeps the average of its weights."""

    def begin(self, frozen: int) -> None:
        """Freezes the first blocks, as `network.freeze` does, and starts a new optimizer."""

    def step(self, batch: Batch, rate: float, number: int) -> Mapping[str, float]:
        """One batch, step `number` (from 1) of the run.

        Gives its `loss`, the `gate`'s part of it, and `accuracy`: the share of the pictures with a
        class whose likeliest class under their data set's prior is the true one (0 without any).
        """

    def swap(self) -> None:
        """Exchanges average and live weights; the Keras model then holds what is live."""

    def state(self) -> dict[str, list[Array]]:
        """Everything that a checkpoint must hold."""

    def restore(self, state: Mapping[str, Sequence[Array]]) -> None:
        """Goes on from what `state` gave, after `begin`."""


def targets(batch: Batch) -> dict[str, Array]:
    """What the two losses of `network` compare with."""
    return {
        "logits": np.concatenate([batch.classes, batch.priors, batch.copies[:, None]], axis=1),
        "gate": batch.domains,
    }
