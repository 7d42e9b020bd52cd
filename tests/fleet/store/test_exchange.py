"""CSV out and in: what goes out comes back, and a bad row takes nothing with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fleet.cli.library import TEMPLATE
from fleet.errors import CsvError
from fleet.model import Condition, DeviceKind, DeviceState, DriverName
from fleet.store.exchange import (
    export_accessories,
    export_devices,
    export_libraries,
    export_loans,
    import_accessories,
    import_devices,
    import_libraries,
)
from fleet.store.inventory import Inventory
from tests.fleet.world import World


def test_an_export_imported_elsewhere_is_the_same_inventory(world: World, tmp_path: Path) -> None:
    """Devices, accessories and libraries; exported again, the files are the same byte for byte."""
    world.inventory.update_device("v3-tablette-1", manufacturer="=Écran; « & » Cie", note="ligne 1\nligne 2", condition=Condition.WORN)
    first = (export_devices(world.inventory), export_accessories(world.inventory), export_libraries(world.inventory))
    with Inventory(tmp_path / "other", world.clock) as other:
        assert import_devices(other, first[0]).added == 6
        assert import_accessories(other, first[1]).added == 2
        assert import_libraries(other, first[2]).added == 3
        assert (export_devices(other), export_accessories(other), export_libraries(other)) == first
        blank = {"state": DeviceState.NEW}
        assert other.devices() == [replace(device, **blank) for device in world.inventory.devices()]  # type: ignore[arg-type]
        assert import_devices(other, first[0]).unchanged == 6


def test_a_bad_row_is_handed_back_with_its_line_while_the_good_ones_go_in(world: World) -> None:
    """The rejects are a CSV file to correct and import again."""
    text = (
        "Nom;Sorte;Numéro de série;Valise;Couleur\r\n"
        "Liseuse 1;liseuses;K1;Valise 9;rouge\r\n"
        "Liseuse 2;toboggan;K2;Valise 9;verte\r\n"
        ";liseuse;K3;;\r\n"
        '"Liseuse\r\n4";liseuse;S31;;bleue\r\n'
        "Liseuse 5;LISEUSE;K5;valise 9;;;trop\r\n"
    )
    result = import_devices(world.inventory, text.encode("cp1252"))
    assert (result.added, [r.line for r in sorted(result.sheet.rejects, key=lambda r: r.line)]) == (1, [3, 4, 7])
    assert result.changed == 1, "S31 is Tablette 1: the row changed its name"
    assert any("Windows" in note for note in result.sheet.notes) and any("Couleur" in note for note in result.sheet.notes)
    rejects = result.rejects.decode("utf-8-sig")
    assert "Liseuse 2;toboggan;K2;Valise 9;verte;3;" in rejects and "trop" in rejects
    liseuse = world.inventory.find_device("K1")
    assert (liseuse.kind, liseuse.driver, world.inventory.case(liseuse.case_id).name) == (DeviceKind.EREADER, DriverName.KOBO, "Valise 9")


def test_a_list_of_names_can_be_imported_again(world: World) -> None:
    """Without numbers a device is known by its name in its case; two of one name cannot be told apart, and the row says so."""
    text = b"Nom;Valise\nTablette 40;Valise 3\nTablette 41;Valise 3\nCasque;Valise 3\nCasque;Valise 3\n"
    assert import_devices(world.inventory, text).added == 4
    again = import_devices(world.inventory, text)
    assert (again.added, again.unchanged, [r.line for r in again.sheet.rejects]) == (0, 2, [4, 5])
    assert "fleet device export" in again.sheet.rejects[0].reason


def test_a_case_that_an_import_makes_is_told(world: World) -> None:
    """A case's name with a letter too few would otherwise be one more case that nobody looks for."""
    result = import_devices(world.inventory, b"Nom;Valise\nTablette 40;Valse 3\nTablette 41;Valise 3\n")
    assert result.added == 2
    assert len(result.sheet.notes) == 1 and "« Valse 3 »" in result.sheet.notes[0]


def test_a_clash_in_one_row_undoes_that_row_only(world: World) -> None:
    """Two rows with one property number: the second is refused, the first stays."""
    result = import_devices(world.inventory, "nom,numéro d’inventaire,identifiant\nA,77,a\nB,77,b\nC,78,c\n".encode())
    assert (result.added, [r.line for r in result.sheet.rejects]) == (2, [3])
    assert "numéro d’inventaire" in result.sheet.rejects[0].reason


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "vide"),
        (b"PK\x03\x04classeur", "classeur"),
        (b"a\x00b", "binaire"),
        (b"rien;du;tout\n1;2;3\n", "Il manque la colonne"),
        (b"nom;nom\na;b\n", "deux fois"),
        (b"x" * 5_000_001, "5 Mo"),
        (b"\xff\xfe\x00\xd8", "pas du texte"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(world: World, data: bytes, words: str) -> None:
    """And the inventory is as it was."""
    before = world.inventory.devices()
    with pytest.raises(CsvError, match=words):
        import_devices(world.inventory, data)
    assert world.inventory.devices() == before


def test_the_list_of_88_libraries_is_whole(world: World, tmp_path: Path) -> None:
    """88 towns, each with its own code, and importing it twice changes nothing."""
    with Inventory(tmp_path / "other", world.clock) as other:
        assert import_libraries(other, TEMPLATE.read_bytes()).added == 88
        again = import_libraries(other, TEMPLATE.read_bytes())
        assert (again.unchanged, again.rejects) == (88, b"")
        assert other.find_library("barreme").town == "Barrême"
        assert export_libraries(other).count(b"\r\n") == 89


def test_loans_go_out_without_their_borrower(world: World) -> None:
    """The file is for statistics."""
    world.loans.reserve("valise-3", "castellane", world.clock.today, world.clock.today, "Jeanne Exemple")
    text = export_loans(world.inventory, world.loans).decode()
    assert "castellane" in text and "Jeanne" not in text
