"""What a task's file may say."""

from __future__ import annotations

from pathlib import Path

import pytest

from lentigo_training.data import task, taxonomy

FILES = sorted(task.TASKS.glob("*.toml"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_task_can_be_read(path: Path) -> None:
    read = task.read(path)
    assert read.home.is_relative_to(task.PACKAGE)
    assert (read.home / "splits").is_dir()
    for setting in read.settings.values():
        assert sum(setting.shares.values()) == pytest.approx(1)
        assert list(setting.shares) == [c.code for c in read.conditions]


def test_this_process_works_on_the_skin_lesions_and_stays_with_them() -> None:
    assert taxonomy.CLASSES == ("akiec", "bcc", "bkl", "df", "mel", "nv", "vasc")
    assert taxonomy.LESION_DOMAINS == ("dermatoscope", "phone")
    with pytest.raises(RuntimeError, match="lentigo-skin-lesions"):
        task.choose(task.read(FILES[0]))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('headline = "parasitized"', 'headline = "mel"', "'mel' is not declared"),
        ('domain = "microscope"', 'domain = "phone"', "'phone' is not declared"),
        ('watched = ["malaria_cells"', 'watched = ["cells"', "'cells' is not declared"),
        ('domains = ["microscope", "none"]', 'domains = ["none"]', "is not declared"),
        ('["microscope", "none"]', '["none", "microscope"]', "must be the last"),
        ("pictures = 160", "pictures = 150", "no multiple of 32"),
        ('code = "uninfected"', 'code = "parasitized"', "names of their own"),
        ("share = 0.85", "shares = 0.85", "DataSet has no 'shares'"),
        ('headline = "parasitized"', "", "'headline'"),
        ("share = 0.85", "share = ", "malaria_cells.toml"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = (task.TASKS / "malaria_cells.toml").read_text()
    assert old in text
    path = tmp_path / "malaria_cells.toml"
    path.write_text(text.replace(old, new))
    with pytest.raises(ValueError, match=message):
        task.read(path)


def test_a_training_export_becomes_a_data_set(tmp_path: Path) -> None:
    assert task.export_of(str(tmp_path)) is None
    export = task.export_of(f"clinic-a={tmp_path}")
    assert export == ("clinic-a", tmp_path)
    dataset = task.read(task.SKIN, [export]).data[-1]
    assert (dataset.name, dataset.path, dataset.own_ids) == ("clinic-a", tmp_path, True)
    with pytest.raises(ValueError, match="no folder"):
        task.export_of(f"clinic-a={tmp_path}/none")
