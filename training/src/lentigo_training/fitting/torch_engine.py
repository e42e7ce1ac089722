"""The steps of a run on the PyTorch twin; needs Keras' PyTorch backend, whose losses it shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..data.batches import Batch
from ..data.taxonomy import CLASSES
from ..networks import network
from ..networks.torch_twin import Twin, autocast
from .engine import targets

Array = NDArray[Any]

TAUGHT = 0.5
"""Share of a label that is what the teachers say of the same view."""


class TorchEngine:
    """See `engine.Engine`.

    With `teachers`, networks with the same outputs, the class is learnt from the mean of their
    probabilities too. They see the very views that are learnt from (Beyer et al., Knowledge
    distillation: a good teacher is patient and consistent, arXiv:2106.05237).
    """

    def __init__(
        self,
        model: keras.Model,
        weight_decay: float,
        average: float,
        seed: int,
        teachers: Sequence[keras.Model] = (),
    ) -> None:
        self.model = model
        self.weight_decay = weight_decay
        self.decay = average
        self.seed = seed
        self.twin = Twin(model)
        self.teachers = [Twin(teacher).eval() for teacher in teachers]
        self._average = [t.clone() for t in self._live()]
        self._optimizer: torch.optim.AdamW | None = None

    def begin(self, frozen: int) -> None:
        """See Engine."""
        network.freeze(self.model, frozen)
        self.twin.take_frozen()
        free = [(n, p) for n, p in self.twin.named_parameters() if p.requires_grad]
        decayed = [p for _, p in free if p.ndim > 1]
        others = [p for _, p in free if p.ndim <= 1]
        self._optimizer = torch.optim.AdamW(
            [
                {"params": decayed, "weight_decay": self.weight_decay},
                {"params": others, "weight_decay": 0.0},
            ],
            foreach=True,
        )
        for group in self._optimizer.param_groups:
            for parameter in group["params"]:
                # Made now, so that a checkpoint has a place for each from the first step on.
                self._optimizer.state[parameter] = {
                    "step": torch.tensor(0.0),
                    "exp_avg": torch.zeros_like(parameter),
                    "exp_avg_sq": torch.zeros_like(parameter),
                }

    def step(self, batch: Batch, rate: float, number: int) -> Mapping[str, float]:
        """See Engine."""
        optimizer = self._begun()
        torch.manual_seed(hash((self.seed, number)) % 2**63)  # dropout after a resumption
        for group in optimizer.param_groups:
            group["lr"] = rate
        self.twin.train()
        inputs = torch.as_tensor(batch.inputs, device=self.twin.device)
        with autocast():
            outputs = self.twin(inputs)
        wanted = {n: torch.from_numpy(a).to(self.twin.device) for n, a in targets(batch).items()}
        if self.teachers:
            wanted["logits"] = self._taught(inputs, wanted["logits"])
        gate = network.gate_loss(wanted["gate"], outputs["gate"]).mean()
        classes = network.class_loss(wanted["logits"], outputs["logits"])
        has_class = torch.from_numpy(batch.has_class).to(self.twin.device)
        loss = (classes * has_class).mean() + network.GATE_SHARE * gate
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.twin.parameters(), network.CLIP_NORM, foreach=True)
        optimizer.step()
        decay = min(self.decay, (1 + number) / (10 + number))
        with torch.no_grad():
            torch._foreach_lerp_(self._average, self._live(), 1 - decay)
        with torch.no_grad():
            right = network.right_under_prior(wanted["logits"], outputs["logits"])
            accuracy = (right * has_class).sum() / has_class.sum().clamp(min=1)
        found = {"loss": loss, "gate": gate, "accuracy": accuracy}
        return {name: float(value.detach()) for name, value in found.items()}

    def _taught(self, inputs: Tensor, target: Tensor) -> Tensor:
        """The target of `network.class_loss` with a share of its labels from the teachers."""
        count = len(CLASSES)
        labels, prior = target[:, :count], target[:, count : 2 * count]
        with torch.no_grad(), autocast():
            logits = [teacher(inputs)["logits"] for teacher in self.teachers]
        # What they say under the prior that the loss compares under.
        said = torch.stack([(one + prior).softmax(1) for one in logits]).mean(0)
        blended = (1 - TAUGHT) * labels + TAUGHT * said
        return torch.cat([blended, target[:, count:]], dim=1)

    def swap(self) -> None:
        """See Engine."""
        with torch.no_grad():
            for live, average in zip(self._live(), self._average, strict=True):
                kept = live.clone()
                live.copy_(average)
                average.copy_(kept)
        self.twin.store()

    def state(self) -> dict[str, list[Array]]:
        """See Engine."""
        return {
            "model": _arrays(self._live()),
            "optimizer": _arrays(self._moments()),
            "average": _arrays(self._average),
        }

    def restore(self, state: Mapping[str, Sequence[Array]]) -> None:
        """See Engine."""
        for tensors, name in (
            (self._live(), "model"),
            (self._moments(), "optimizer"),
            (self._average, "average"),
        ):
            with torch.no_grad():
                for tensor, array in zip(tensors, state[name], strict=True):
                    tensor.copy_(torch.from_numpy(np.asarray(array)))
        self.twin.store()

    def _live(self) -> list[Tensor]:
        """Weights and batch norm statistics."""
        buffers = [b for b in self.twin.buffers() if b.is_floating_point()]
        return [p.data for p in self.twin.parameters()] + buffers

    def _moments(self) -> list[Tensor]:
        state = self._begun().state
        return [
            state[p][key]
            for group in self._begun().param_groups
            for p in group["params"]
            for key in ("step", "exp_avg", "exp_avg_sq")
        ]

    def _begun(self) -> torch.optim.AdamW:
        assert self._optimizer is not None, "begin comes first"
        return self._optimizer


def _arrays(tensors: Sequence[Tensor]) -> list[Array]:
    return [t.detach().cpu().numpy().copy() for t in tensors]
