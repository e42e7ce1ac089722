"""Classes, picture kinds and data sets: the names that everything else shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")

CLASSES: tuple[str, ...] = ("akiec", "bcc", "bkl", "df", "mel", "nv", "vasc")
"""Lesion classes in the order of the network's logits."""

NO_LESION = "none"
"""`dx` of a picture without a lesion; it has no class logit, only the gate."""

DOMAINS: tuple[str, ...] = ("dermatoscope", "phone", "none")
"""Kinds of picture in the order of the gate's logits."""

SUSPICIOUS: tuple[str, ...] = ("akiec", "bcc", "mel")
"""Premalignant and malignant classes: what screening must not miss."""


BENIGN_SHARES: Mapping[str, float] = {"bkl": 0.08, "df": 0.01, "nv": 0.9, "vasc": 0.01}
"""Label of a picture that is known to be benign only. Most such pictures of the ISIC archive are
naevi: of those that ISIC 2020 names, 5,193 of 5,416 (Rotemberg et al., Sci. Data 8, 34)."""


@dataclass(frozen=True)
class LesionClass:
    """What the manifest says of one class."""

    code: str
    name: str
    icd10: tuple[str, ...]
    kind: Literal["benign", "premalignant", "malignant"]


LESION_CLASSES: tuple[LesionClass, ...] = (
    LesionClass("akiec", "Actinic keratosis or Bowen's disease", ("L57.0", "D04"), "premalignant"),
    LesionClass("bcc", "Basal cell carcinoma", ("C44",), "malignant"),
    LesionClass("bkl", "Benign keratosis", ("L82", "L81.4", "L43"), "benign"),
    LesionClass("df", "Dermatofibroma", ("D23",), "benign"),
    LesionClass("mel", "Melanoma", ("C43", "D03"), "malignant"),
    LesionClass("nv", "Melanocytic naevus", ("D22",), "benign"),
    LesionClass("vasc", "Vascular lesion", ("D18.0", "I78.1", "L98.0"), "benign"),
)

PAD_DIAGNOSES = MappingProxyType(
    {"ACK": "akiec", "SCC": "akiec", "SEK": "bkl", "NEV": "nv", "BCC": "bcc", "MEL": "mel"}
)
"""PAD-UFES-20 `diagnostic` to our classes."""


@dataclass(frozen=True)
class DataSet:
    """One source of pictures.

    `fractions` are the shares of train, validation and test; `aspect` is the width over height
    that the pictures had before they were squashed to a square (1 where they were not). Pictures
    with a longer short side than `side` are made smaller on reading.
    """

    name: str
    domain: str
    fractions: tuple[float, float, float] = (0.7, 0.1, 0.2)
    aspect: float = 1.0
    side: int = 320


# The order decides: a lesion met in an earlier data set keeps its split in the later ones.
# isic2018_task3_val has all seven classes of lesions in no other folder: more to choose by.
# Few pictures of isic_archive have been left unseen by the others: too few to test on.
# isic2019_84px is too coarse to test on; a small validation share shows how it goes.
DATA_SETS: tuple[DataSet, ...] = (
    DataSet("ham10000", "dermatoscope"),
    DataSet("isic2018_task1", "dermatoscope"),
    DataSet("isic2019_84px", "dermatoscope", fractions=(0.97, 0.03, 0.0), aspect=4 / 3, side=84),
    DataSet("pad_ufes20", "phone"),
    DataSet("non_lesion", "none"),
    DataSet("isic2018_task3_val", "dermatoscope", fractions=(0.0, 1.0, 0.0)),
    DataSet("isic_archive", "dermatoscope", fractions=(0.9, 0.1, 0.0)),
    DataSet("isic_224", "dermatoscope", aspect=4 / 3),
)
BY_NAME = MappingProxyType({d.name: d for d in DATA_SETS})
