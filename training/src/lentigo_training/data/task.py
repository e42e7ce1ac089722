"""A task: which conditions are told apart in which pictures, and how the network for it is made.

It is read from a TOML file (`training/tasks/`), whose keys are the fields of the classes below. A
process works on one task, which is chosen before anything else is imported, as Keras' backend is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, TypeVar

PACKAGE = Path(__file__).resolve().parents[3]
TASKS = PACKAGE / "tasks"
SKIN = TASKS / "skin_lesions.toml"

Texts = tuple[str, ...]
Text = str | Mapping[str, str]
"""Words for people: English, or by language."""


@dataclass(frozen=True)
class Condition:
    """One class of the network: what the manifest says of it, and whether its chance counts
    towards an alert."""

    code: str
    name: Text
    icd10: Texts
    kind: Literal["benign", "premalignant", "malignant"]
    alert: bool
    text: Text = ""
    kind_name: Text = ""

    def manifest(self) -> dict[str, Any]:
        """An entry of the manifest's `classes`."""
        words = {"text": self.text, "kindName": self.kind_name}
        told = {"code": self.code, "name": self.name, "icd10": list(self.icd10), "kind": self.kind}
        return told | {name: text for name, text in words.items() if text}


@dataclass(frozen=True)
class DataSet:
    """One source of pictures: a folder with a table and pictures anywhere below it.

    Where it is: the first of `folders` (default: `name`) in the data folder, or `path`; its table
    is the first of `tables` there that has the columns `requires`.

    How its table is read: `label` are the columns that may hold the condition, the first that is
    filled counts, put through `labels`; `group` likewise the columns of what no split may tear
    apart, or `group_in_id` finds it in the picture's id; without any it is the picture. `stratum`
    is the column that splits are balanced by (default: the condition), `origin` that of parts with
    a look and a class mix of their own, `view` that of the picture's domain, put through `views`;
    `crop` are those of left, top and side of the square to look at, in pixels. Ids of a data set
    with `own_ids` mean nothing elsewhere.

    How it is used: `share` of what an epoch shows; `fractions` for train, validation and test.
    Of a `selected` one the class mix is nobody's, so that no prior or threshold follows from it.
    `aspect` is the width over height that its pictures had before they were squashed to a square.
    Pictures with a longer short side than `side` are made smaller on reading. `like` is a data set
    with pictures of the same kind, with which it counts as one source. The last three say how it
    is augmented, see `view_plan.Strength`.
    """

    name: str
    domain: str
    share: float = 0.0
    fractions: tuple[float, float, float] = (0.7, 0.1, 0.2)
    selected: bool = False
    aspect: float = 1.0
    side: int = 320
    path: Path | None = None
    folders: Texts = ()
    tables: Texts = ("metadata.csv",)
    requires: Texts = ()
    label: Texts = ("dx",)
    labels: Mapping[str, str] = field(default_factory=dict)
    group: Texts = ("lesion_id",)
    group_in_id: str = ""
    stratum: str = ""
    origin: str = ""
    view: str = ""
    views: Mapping[str, str] = field(default_factory=dict)
    crop: Texts = ()
    own_ids: bool = False
    like: str = ""
    smallest_view: float = 0.65
    coarsen: float = 0.25
    tube: float = 0.0


@dataclass(frozen=True)
class Setting:
    """Where the app is used: shares of the conditions by code, and where they come from."""

    shares: Mapping[str, float]
    source: str


@dataclass(frozen=True)
class Unnamed:
    """Pictures whose column `diagnosis` says no more than `word`, and what that may be."""

    word: str
    shares: Mapping[str, float]


@dataclass(frozen=True)
class Task:
    """Everything that is decided for one kind of pictures.

    `domains` are the kinds of picture in the order of the gate's logits, `refused` is that of
    pictures that the network should not read. `alert` says in words what is told from what by the
    chance of the conditions with an alert; `headline` is the condition whose own figures stand
    beside. `main` is the data set by whose validation pictures the best epoch is chosen, `watched`
    are those looked at after each epoch, `bank` those whose embeddings ship beside the pack.
    `pictures` is the side of what the network sees. `recipe` holds defaults of `train`; `home` is
    the folder of split lists, weights and reports, `pack` that of the pack. `manifest` holds what
    the pack's manifest takes over as it is (docs/packs.md): subject, features, texts.
    """

    id: str
    name: Text
    summary: str
    pictures: int
    domains: Texts
    refused: str
    alert: str
    headline: str
    main: str
    watched: Texts
    bank: Texts
    home: Path
    pack: Path
    licence: Mapping[str, str]
    conditions: tuple[Condition, ...]
    data: tuple[DataSet, ...]
    credits: tuple[Mapping[str, str], ...]
    recipe: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Setting] = field(default_factory=dict)
    unnamed: Unnamed | None = None
    notes: Texts = ()
    manifest: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises ValueError where one part names what another does not have."""
        codes = [c.code for c in self.conditions]
        names = [d.name for d in self.data]
        unknown = [
            *(d for d in (self.refused, *(s.domain for s in self.data)) if d not in self.domains),
            *(c for c in (self.headline, *_codes(self)) if c not in codes),
            *(n for n in (self.main, *self.watched, *self.bank) if n not in names),
        ]
        if unknown:
            raise ValueError(f"task {self.id}: '{unknown[0]}' is not declared")
        if self.domains[-1] != self.refused or len(self.domains) < 2:
            raise ValueError(f"task {self.id}: '{self.refused}' must be the last of two domains")
        if self.pictures % 32:
            raise ValueError(f"task {self.id}: {self.pictures} is no multiple of 32")
        if len(codes) < 2 or any(len(set(own)) < len(own) for own in (codes, names)):
            raise ValueError(f"task {self.id}: conditions and data sets need names of their own")


def _codes(task: Task) -> list[str]:
    spread = [s.shares for s in task.settings.values()]
    return [
        c for shares in (*spread, *([task.unnamed.shares] if task.unnamed else ())) for c in shares
    ]


def read(path: Path, exports: Sequence[tuple[str, Path]] = ()) -> Task:
    """The task of a file, with further data sets in the form of the app's training export.

    Raises ValueError for what is not a task, FileNotFoundError where there is no file.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path}: {error}") from None
    form = table.pop("export", {})
    try:
        return _made(
            Task,
            table
            | {
                "home": (path.parent / table["home"]).resolve(),
                "pack": (path.parent / table["pack"]).resolve(),
                "conditions": tuple(_made(Condition, c) for c in table["conditions"]),
                "data": (
                    *(_made(DataSet, d) for d in table["data"]),
                    *(_made(DataSet, {**form, "name": n, "path": p}) for n, p in exports),
                ),
                "credits": tuple(table["credits"]),
                "settings": {k: _made(Setting, s) for k, s in table.get("settings", {}).items()},
                "unnamed": _made(Unnamed, table["unnamed"]) if "unnamed" in table else None,
            },
        )
    except KeyError as error:
        raise ValueError(f"{path}: {error} is missing") from None
    except TypeError as error:
        raise ValueError(f"{path}: {error}") from None


Made = TypeVar("Made")


def _made(kind: type[Made], table: Mapping[str, Any]) -> Made:
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    if extra := sorted(table.keys() - known):
        raise TypeError(f"{kind.__name__} has no '{extra[0]}'")
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in table.items()})


_chosen: Task | None = None


def choose(task: Task) -> None:
    """Makes a task that of this process.

    Raises RuntimeError once another is in use: what has been imported depends on it.
    """
    global _chosen
    if _chosen is not None:
        raise RuntimeError(f"this process works on {_chosen.id} already")
    _chosen = task


def chosen() -> Task:
    """The task of this process: the one chosen, else that of skin lesions."""
    if _chosen is None:
        choose(read(SKIN))
    assert _chosen is not None
    return _chosen


def export_of(text: str) -> tuple[str, Path] | None:
    """NAME and DIR of `NAME=DIR`; None for anything else.

    Raises ValueError for a folder that is not there.
    """
    found = re.fullmatch(r"([A-Za-z][A-Za-z0-9_-]*)=(.+)", text)
    if not found:
        return None
    folder = Path(found[2]).resolve()
    if not folder.is_dir():
        raise ValueError(f"there is no folder {folder}")
    return found[1], folder
