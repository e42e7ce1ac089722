"""The steps of a run in Keras itself, on any of its backends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ..data.batches import Batch
from ..networks import network
from . import checkpoint
from .checkpoint import Average
from .engine import targets

Array = NDArray[Any]


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
