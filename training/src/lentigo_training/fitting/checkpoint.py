"""Checkpoints, from which a killed run resumes, and the average of the weights."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def values(variables: Sequence[keras.Variable]) -> list[Array]:
    """Copies of the variables' values."""
    return [np.array(keras.ops.convert_to_numpy(v)) for v in variables]


def put(variables: Sequence[keras.Variable], arrays: Sequence[Array]) -> None:
    """Sets the variables; raises ValueError where number or shape differ."""
    if len(variables) != len(arrays):
        raise ValueError(f"{len(arrays)} arrays for {len(variables)} variables")
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)


class Average:
    """Exponential moving average of all floating point variables, batch norm statistics included.

    The first steps weigh more, so that the untrained start is forgotten soon.
    """

    def __init__(self, variables: Sequence[keras.Variable], decay: float) -> None:
        self._variables = [v for v in variables if "float" in v.dtype]
        self.decay = decay
        self.arrays = values(self._variables)

    def update(self, step: int) -> None:
        """Takes the present values in, after step number `step` (from 1)."""
        decay = min(self.decay, (1 + step) / (10 + step))
        for mean, variable in zip(self.arrays, self._variables, strict=True):
            mean += (1 - decay) * (keras.ops.convert_to_numpy(variable) - mean)

    def swap(self) -> None:
        """Exchanges the average and the live values; calling it again undoes that."""
        live = values(self._variables)
        put(self._variables, self.arrays)
        self.arrays = live


@dataclass
class Position:
    """Where a run stands: `batch` batches of `epoch` are done, `step` in all."""

    epoch: int
    batch: int
    step: int


def save(
    path: Path, position: Position, groups: Mapping[str, Sequence[Array]], extra: Mapping[str, Any]
) -> None:
    """Writes a checkpoint; the old one stays until the new one is whole on disk."""
    arrays = {f"{name}/{i}": a for name, group in groups.items() for i, a in enumerate(group)}
    header = {"position": vars(position), **extra}
    temporary = path.with_suffix(".tmp.npz")
    with temporary.open("wb") as file:
        np.savez(file, header=np.array(json.dumps(header)), **arrays)  # type: ignore[arg-type]
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def load(path: Path) -> tuple[Position, dict[str, list[Array]], dict[str, Any]]:
    """Reads what `save` wrote."""
    with np.load(path) as file:
        header = json.loads(str(file["header"]))
        groups: dict[str, list[Array]] = {}
        for key in file.files:
            if key != "header":
                groups.setdefault(key.split("/")[0], []).append(file[key])
    return Position(**header.pop("position")), groups, header
