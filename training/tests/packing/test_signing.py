"""Signatures of packs, and the list of packs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from lentigo_training.packing import listing, signing

from ..conftest import REPOSITORY

# RFC 8032, section 7.1, test 1.
SECRET = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "packs" / "made"
    folder.mkdir(parents=True)
    manifest = {
        "id": "made",
        "name": {"en": "Made"},
        "version": "1.2.3",
        "texts": {"reads": {"en": "Nothing"}},
        "files": [{"path": "weights.bin"}],
        "bank": {"path": "bank.bin"},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "weights.bin").write_bytes(b"12345")
    (folder / "bank.bin").write_bytes(b"123")
    return folder


def test_a_signature_holds_for_its_manifest_only(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(signing.VARIABLE, SECRET)
    assert signing.sign(pack) == PUBLIC == signing.signer(pack)
    text = (pack / signing.NAME).read_text()
    assert SECRET not in text
    assert json.loads(text).keys() == {"algorithm", "publicKey", "signature"}
    with (pack / "manifest.json").open("a") as file:
        file.write(" ")
    with pytest.raises(ValueError, match="no signature of the manifest"):
        signing.signer(pack)


def test_without_a_key_no_stale_signature_stays(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(signing.VARIABLE, signing.new_key())
    assert signing.sign(pack)
    monkeypatch.delenv(signing.VARIABLE)
    assert signing.sign(pack) is None
    assert signing.signer(pack) is None
    assert not (pack / signing.NAME).exists()


@pytest.mark.parametrize("text", ["", "ab", "zz" * 32, f"{SECRET}00"])
def test_a_wrong_key_is_named_without_its_value(text: str) -> None:
    with pytest.raises(ValueError, match="does not hold 64 hex digits") as refused:
        signing.key_of(text)
    assert not text or text not in str(refused.value)


@pytest.mark.parametrize("found", ["{}", "[]", "no json", '{"publicKey": "00", "signature": ""}'])
def test_what_is_no_signature_is_refused(pack: Path, found: str) -> None:
    (pack / signing.NAME).write_text(found)
    with pytest.raises(ValueError, match="no signature"):
        signing.signer(pack)


def test_the_list_counts_what_is_downloaded(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(signing.VARIABLE, SECRET)
    signing.sign(pack)
    (pack / "notes.txt").write_text("not part of the pack")
    assert listing.write_index(pack.parent) == 1
    (entry,) = json.loads((pack.parent / listing.NAME).read_text())["packs"]
    rest = (pack / "manifest.json").stat().st_size + (pack / signing.NAME).stat().st_size
    assert entry == {
        "id": "made",
        "name": {"en": "Made"},
        "reads": {"en": "Nothing"},
        "version": "1.2.3",
        "bytes": rest + 8,
        "address": "made/",
    }


def test_the_shipped_list_is_that_of_the_shipped_packs(tmp_path: Path) -> None:
    packs = REPOSITORY / "public" / listing.FOLDER
    copy = Path(shutil.copytree(packs, tmp_path / "copy"))
    assert listing.write_index(copy) > 0
    assert (copy / listing.NAME).read_text() == (packs / listing.NAME).read_text()
