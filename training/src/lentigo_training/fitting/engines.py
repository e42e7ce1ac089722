"""Which engine a run gets."""

from __future__ import annotations

from collections.abc import Sequence

import keras

from .engine import Engine
from .keras_engine import KerasEngine


def engine_for(
    model: keras.Model,
    weight_decay: float,
    average: float,
    seed: int,
    teachers: Sequence[keras.Model] = (),
) -> Engine:
    """The twin under Keras' PyTorch backend, where it is far faster; else Keras itself.

    Raises ValueError for teachers without the twin.
    """
    if keras.backend.backend() == "torch":
        from .torch_engine import TorchEngine

        return TorchEngine(model, weight_decay, average, seed, teachers)
    if teachers:
        raise ValueError("teachers need PyTorch: set KERAS_BACKEND=torch")
    return KerasEngine(model, weight_decay, average)
