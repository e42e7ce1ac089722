"""Collects figures in the form of metrics.json."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data.groups import Factor
from .metrics import cluster_bootstrap, proportion

Figure = dict[str, Any]
Indices = NDArray[np.int64]


@dataclass
class Figures:
    """Rows of one data set and split.

    `prefix` goes before every name, `group` (factor and value) behind it; `runtime` says what
    computed them. `bootstrap` draws whole groups of pictures.
    """

    dataset: str
    split: str
    runtime: str
    seed: int
    resamples: int = 1000
    prefix: str = ""
    title: str = ""
    group: tuple[Factor, str] | None = None
    rows: list[Figure] = field(default_factory=list)

    def add(
        self, name: str, label: str, value: float, interval: tuple[float, float], n: int
    ) -> None:
        """One figure."""
        of = f"@{self.group[0]}={self.group[1]}" if self.group else ""
        named = {"group": {"factor": self.group[0], "value": self.group[1]}} if self.group else {}
        self.rows.append(
            {
                "id": f"{self.dataset}.{self.split}.{self.prefix}{name}{of}",
                "label": f"{label}{self.title}",
                "dataSet": self.dataset,
                "split": self.split,
                "value": round(value, 4),
                "interval": [round(bound, 4) for bound in interval],
                "n": n,
                "runtime": self.runtime,
                **named,
            }
        )

    def share(self, name: str, label: str, hits: NDArray[np.bool_]) -> None:
        """A proportion with Wilson's interval; left out for no pictures."""
        if len(hits):
            value, interval = proportion(int(hits.sum()), len(hits))
            self.add(name, label, value, interval, len(hits))

    def measure(
        self, name: str, label: str, figure: Callable[[Indices], float], clusters: Indices
    ) -> None:
        """A figure of indices; its interval comes from resampling whole clusters.

        Left out where it is not a number.
        """
        draw = partial(cluster_bootstrap, groups=clusters, seed=self.seed)
        value = figure(np.arange(len(clusters)))
        if math.isnan(value):
            return
        self.add(name, label, value, draw(figure, resamples=self.resamples), len(clusters))
