"""The published layouts, in small made trees, and what is wrong with data."""

from __future__ import annotations

from pathlib import Path

import pytest

from lentigo_training.data.datasets import DataError, read_dataset

from ..conftest import write_picture

HAM_COLUMNS = "lesion_id,image_id,dx,dx_type,age,sex,localization"


@pytest.mark.parametrize("table", ["HAM10000_metadata", "HAM10000_metadata.csv"])
@pytest.mark.parametrize("folder", ["", "HAM10000", "dataverse_files"])
def test_ham10000_of_the_dataverse(tmp_path: Path, table: str, folder: str) -> None:
    root = tmp_path / folder
    write_picture(root / "HAM10000_images_part_1" / "ISIC_0000001.jpg", 1, 45, 60)
    write_picture(root / "HAM10000_images_part_2" / "ISIC_0000002.jpg", 2, 45, 60)
    write_picture(root / "HAM10000_segmentations_lesion_tschandl" / "ISIC_0000001.png", 3)
    (root / table).write_text(
        f"{HAM_COLUMNS}\n"
        "HAM_1,ISIC_0000002,mel,histo,50,male,back\nHAM_1,ISIC_0000001,mel,histo,50,male,back\n"
    )
    pictures = read_dataset(tmp_path, "ham10000")
    assert [(p.image_id, p.dx, p.group) for p in pictures] == [
        ("ISIC_0000001", "mel", "HAM_1"),
        ("ISIC_0000002", "mel", "HAM_1"),
    ]
    assert pictures[0].path.parent.name == "HAM10000_images_part_1"
    assert pictures[0].domain == "dermatoscope"


def test_ham10000_as_a_tab_file(tmp_path: Path) -> None:
    write_picture(tmp_path / "HAM10000_images_part_1" / "ISIC_0000001.jpg", 1)
    row = "HAM_1,ISIC_0000001,nv,histo,50,male,back"
    text = f"{HAM_COLUMNS}\n{row}\n".replace(",", "\t")
    (tmp_path / "HAM10000_metadata.tab").write_text(text)
    assert [p.dx for p in read_dataset(tmp_path, "ham10000")] == ["nv"]


@pytest.mark.parametrize("nested", ["", "images/"])
def test_pad_ufes_20_of_mendeley(tmp_path: Path, nested: str) -> None:
    root = tmp_path / "PAD-UFES-20"
    diagnoses = {"ACK": "akiec", "SCC": "akiec", "SEK": "bkl", "NEV": "nv", "BCC": "bcc"}
    diagnoses["MEL"] = "mel"
    lines = ["patient_id,lesion_id,age,diagnostic,img_id"]
    for i, diagnosis in enumerate(diagnoses):
        name = f"PAT_{i // 2}_{i}_{i * 7}.png"
        lines.append(f"PAT_{i // 2},{i},60,{diagnosis},{name}")
        write_picture(root / f"{nested}imgs_part_{i % 3 + 1}" / name, i)
    (root / "metadata.csv").write_text("\n".join(lines) + "\n")
    pictures = read_dataset(tmp_path, "pad_ufes20")
    assert [p.dx for p in pictures] == list(diagnoses.values())
    assert [p.group for p in pictures] == ["PAT_0", "PAT_0", "PAT_1", "PAT_1", "PAT_2", "PAT_2"]
    assert {p.domain for p in pictures} == {"phone"}


def test_a_data_set_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert read_dataset(tmp_path, "ham10000") == []
    assert read_dataset(tmp_path, "pad_ufes20") == []


def test_one_published_table_is_not_taken_for_another(tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").write_text("patient_id,lesion_id,diagnostic,img_id\n")
    assert read_dataset(tmp_path, "ham10000") == []


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("HAM_1,ISIC_0000009,nv,,,,", "no picture for 'ISIC_0000009'"),
        ("HAM_1,ISIC_0000001,wart,,,,", "unknown label 'wart'"),
        ("HAM_1,ISIC_0000001,nv,,,,\nHAM_1,ISIC_0000001,nv,,,,", "listed twice"),
    ],
)
def test_wrong_data_is_named(tmp_path: Path, rows: str, message: str) -> None:
    write_picture(tmp_path / "ham10000" / "images" / "ISIC_0000001.jpg", 1)
    (tmp_path / "ham10000" / "metadata.csv").write_text(f"{HAM_COLUMNS}\n{rows}\n")
    with pytest.raises(DataError, match=message):
        read_dataset(tmp_path, "ham10000")
