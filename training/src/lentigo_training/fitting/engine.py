"""What does the steps of a run: Keras on any of its backends, or the PyTorch twin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import keras
import numpy as np
from numpy.typing import NDArray

from ..data.loader import Batch
from ..networks import network
from . import checkpoint
from .checkpoint import Average

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


def engine_for(model: keras.Model, weight_decay: float, average: float, seed: int) -> Engine:
    """The twin under Keras' PyTorch backend, where it is far faster; else Keras itself."""
    if keras.backend.backend() == "torch":
        from .torch_engine import TorchEngine

        return TorchEngine(model, weight_decay, average, seed)
    return KerasEngine(model, weight_decay, average)


def targets(batch: Batch) -> dict[str, Array]:
    """What the two losses of `network` compare with."""
    return {
        "logits": np.concatenate([batch.classes, batch.priors, batch.copies[:, None]], axis=1),
        "gate": batch.domains,
    }


class KerasEngine:
    """Keras' own training step."""

    def __init__(self, model: keras.Model, weight_decay: float, average: float) -> None:
        self.model = model
        self.weight_decay = weight_decay
        self.average = Average(model.variables, average)
        self._view: keras.Model | None = None

    def begin(self, frozen: int) -> None:
        """See Engine."""
        network.freeze(self.model, frozen)
        self._view = network.compile_for_training(self.model, self.weight_decay)

    def step(self, batch: Batch, rate: float, number: int) -> Mapping[str, float]:
        """See Engine."""
        view = self._begun()
        view.optimizer.learning_rate = rate
        view.reset_metrics()
        logs = view.train_on_batch(
            batch.inputs,
            targets(batch),
            sample_weight={"logits": batch.has_class, "gate": np.ones_like(batch.has_class)},
            return_dict=True,
        )
        self.average.update(number)
        names = {"loss": "loss", "gate": "gate_loss", "accuracy": "logits_right"}
        return {name: float(logs[key]) for name, key in names.items()}

    def swap(self) -> None:
        """See Engine."""
        self.average.swap()

    def state(self) -> dict[str, list[Array]]:
        """See Engine."""
        return {
            "model": checkpoint.values(self.model.variables),
            "optimizer": checkpoint.values(self._begun().optimizer.variables),
            "average": self.average.arrays,
        }

    def restore(self, state: Mapping[str, Sequence[Array]]) -> None:
        """See Engine."""
        checkpoint.put(self.model.variables, state["model"])
        checkpoint.put(self._begun().optimizer.variables, state["optimizer"])
        self.average.arrays = list(state["average"])

    def _begun(self) -> keras.Model:
        assert self._view is not None, "begin comes first"
        return self._view
