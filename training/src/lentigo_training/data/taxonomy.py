"""The names that everything else shares, as the task of this process has them.

Shapes are written with k for the number of classes and g for that of the gate's domains.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Literal

from . import task

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")

TASK = task.chosen()

CLASSES = tuple(c.code for c in TASK.conditions)
"""Codes of the conditions in the order of the network's logits."""

SUSPICIOUS = tuple(c.code for c in TASK.conditions if c.alert)
"""What screening must not miss: of skin, the premalignant and malignant classes."""

NO_LESION = TASK.refused
"""`dx` and domain of a picture that shows nothing to read; it has no class logit, only the gate."""

DOMAINS = TASK.domains
"""Kinds of picture in the order of the gate's logits."""

LESION_DOMAINS = tuple(d for d in DOMAINS if d != NO_LESION)
"""Kinds of picture that are read."""

SIZE = TASK.pictures
"""Side of the square that the network sees, in pixels."""

# The order decides: a lesion met in an earlier data set keeps its split in the later ones.
DATA_SETS = TASK.data
BY_NAME = MappingProxyType({d.name: d for d in DATA_SETS})

AS_THEY_COME = tuple(d.name for d in DATA_SETS if not d.selected)
"""Data sets whose pictures were not selected by class: priors and thresholds follow from them."""
