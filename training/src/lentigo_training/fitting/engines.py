"""Which engine a run gets."""

from __future__ import annotations

import keras

from .engine import Engine
from .keras_engine import KerasEngine


def engine_for(model: keras.Model, weight_decay: float, average: float, seed: int) -> Engine:
    """The twin under Keras' PyTorch backend, where it is far faster; else Keras itself."""
    if keras.backend.backend() == "torch":
        from .torch_engine import TorchEngine

        return TorchEngine(model, weight_decay, average, seed)
    return KerasEngine(model, weight_decay, average)
