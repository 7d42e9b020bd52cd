"""The command line from end to end: what a referent types in a week, on real files."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fleet.cli.main import COMMANDS, build_parser, main
from fleet.codes import DeviceState, Verdict
from fleet.errors import FleetError
from fleet.store.inventory import Inventory
from tests.fleet.operations.volume_world import SERIAL, firmware, lend
from tests.fleet.world import Clock, attestation

ROOT = Path(__file__).resolve().parents[3]


class Desk:
    """One person at one computer: types commands, reads what is said."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.data, self.capsys, self.monkeypatch = data, capsys, monkeypatch
        self.clock = Clock()
        monkeypatch.setattr("fleet.cli.main.utc_now", self.clock)
        monkeypatch.setenv("COLPORTEUR_DATA", str(data))
        monkeypatch.setenv("COLUMNS", "110")

    def types(self, *words: str, code: int = 0, says: str = "") -> str:
        self.capsys.readouterr()
        got = main(list(words))
        out, err = self.capsys.readouterr()
        text = (out + err).replace("\u00a0", " ").replace("\u202f", " ")
        assert got == code, text
        assert re.search(says, text), text
        return text

    def json(self, *words: str, code: int = 0) -> Any:
        self.capsys.readouterr()
        assert main([*words, "--json"]) == code
        return json.loads(self.capsys.readouterr().out)

    def scans(self, *lines: str) -> None:
        self.monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join([*lines, ""])))

    def prove_clean(self, case: str) -> None:
        with Inventory(self.data / "fleet", self.clock) as inventory:
            for device in inventory.devices(inventory.find_case(case).id):
                proof = attestation(id=f"a-{device.id}-{self.clock.today}", device_id=device.id)
                inventory.record_attestation(proof, "{}")


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk with the 88 libraries and a case of three tablets and chargers."""
    made = Desk(tmp_path, capsys, monkeypatch)
    made.types(says="Bienvenue")
    made.types("library", "import", "--template", says="88 en plus")
    made.types("case", "add", "Valise 3", "--theme", "info ou intox", says="est créée")
    for number in (1, 2, 3):
        made.types("device", "add", f"Tablette {number}", "--case", "valise 3", "--serial", f"S{number}")
    made.types("case", "accessory", "Valise 3", "Chargeurs", "--count", "3", says="3 sur 3")
    return made


def test_a_week_with_a_case(desk: Desk, tmp_path: Path) -> None:
    """Reserve, prepare, print, check out, late, check in by scanning, reset; each day's sentence says where things are."""
    desk.types(
        "loan", "reserve", "Valise 3", "castellane", "mardi", "+7", "--for", "Jeanne Exemple", says="du mardi 3 au mardi 10 novembre"
    )
    desk.types(
        "loan", "reserve", "Valise 3", "Barreme", "9/11", "12/11", code=7, says="promise à Castellane .* libre à partir du 10/11/2026"
    )
    desk.types("loan", "reserve", "Valise 3", "Barrême", "12/11", "19/11")
    desk.types(says=r"part pour Castellane demain : 3 appareils à remettre à zéro")
    desk.types("loan", "checkout", "Valise 3", code=7, says="Pas encore prouvés propres : Tablette 1, Tablette 2, Tablette 3")
    desk.prove_clean("Valise 3")
    desk.types("loan", "prepare", says="3 prêts sur 3")
    desk.types(says="3 prêtes\n\n· Valise 3 part pour Castellane demain : tout est prêt")
    desk.types("report", "slip", "Valise 3", "-o", str(tmp_path / "bon.pdf"), says="Bon de prêt 2026-0001")
    desk.types("loan", "checkout", "Valise 3", "--signed", "Jeanne Exemple", says="partie pour Castellane avec 3 appareils")
    desk.types("loan", "calendar", says="█ Castellane")
    desk.clock.pass_days(9)
    desk.types(says="3 en prêt\n\n! Valise 3 devait rentrer de Castellane hier. Barrême l’attend demain !")
    desk.scans("CPC-VALISE-3", "MANQUE", "CPD-TABLETTE-2", "chargeurs 2", "CPX-FIN")
    text = desk.types("loan", "checkin", says="avec 2 exceptions")
    assert "Tablette 2 : manque" in text and "Chargeurs : incomplet" in text
    text = desk.types(says=r"2 à remettre à zéro\n\n! ?.*Valise 3 part pour Barrême demain|2 à remettre à zéro")
    assert 'fleet reset --case "Valise 3"' in text and "Retrouvé ?" in text
    desk.types("device", "back", "tablette-2", says="à remettre à zéro")
    assert desk.json("loan", "show", "2026-0002")["device_ids"] == ["tablette-1", "tablette-2", "tablette-3"]
    desk.types("loan", "cancel", "2026-0002", says="annulée")


def test_a_low_battery_is_told_before_it_leaves(desk: Desk) -> None:
    """Under what the profile wants, when the figure is fresh; an old figure accuses nobody."""
    desk.types("loan", "reserve", "Valise 3", "Allos", "demain", "+3")
    with Inventory(desk.data / "fleet", desk.clock) as inventory:
        inventory.seen("tablette-1", battery=30)
        inventory.seen("tablette-2", battery=60)
    desk.types("loan", "prepare", says=r"à charger : Tablette 1, 30 % \(il en faut 60\)")
    assert desk.json("loan", "prepare")[0]["to_charge"] == ["tablette-1"]
    desk.clock.pass_days(2)
    assert desk.json("loan", "prepare")[0]["to_charge"] == []


def test_a_check_in_that_breaks_off_changes_nothing(desk: Desk) -> None:
    """The cable of the reader is pulled: the case is still out."""
    desk.types("loan", "reserve", "Valise 3", "Allos", "aujourd’hui", "+3")
    desk.types("loan", "checkout", "Valise 3", "--anyway", "essai", says="Pas de signature")
    desk.scans("CPC-VALISE-3", "MANQUE")
    desk.types("loan", "checkin", code=130, says="rien n’a été rentré")
    assert desk.json("loan", "show", "2026-0001")["state"] == "out"
    desk.types("loan", "checkin", "Valise 3", "--missing", "tablette-9", code=6)
    desk.types("loan", "checkin", "Valise 3", "--damaged", "Tablette 1: écran fêlé", "--count", "chargeurs=3", says="écran fêlé")
    desk.types("loan", "checkin", "Valise 3", code=6, says="rien à rentrer")


def test_json_is_one_value_whatever_happens(desk: Desk) -> None:
    """Listing, showing, failing: a program always reads one JSON value and the exit code."""
    for words in (
        [],
        ["case"],
        ["device"],
        ["loan"],
        ["library"],
        ["theme"],
        ["profile"],
        ["attest"],
        ["journal"],
        ["loan", "prepare"],
        ["profile", "check"],
    ):
        desk.json(*words)
    assert desk.json("case", "show", "Valise 3")["devices"][0]["name"] == "Tablette 1"
    assert desk.json("profile", "show", "info-ou-intox")["parents"] == ["tablette-atelier-base"]
    error = desk.json("case", "show", "Valise 9", code=6)["error"]
    assert error["kind"] == "NotFound" and error["exit"] == 6
    assert desk.json("loan", "reserve", "Valise 3", "Allos", "demain", "hier", code=3)["error"]["kind"] == "DataError"


def test_lists_and_exports_never_name_a_borrower(desk: Desk, tmp_path: Path) -> None:
    """Only the loan itself and its slip do."""
    desk.types("loan", "reserve", "Valise 3", "Allos", "demain", "+3", "--for", "Jeanne Exemple")
    for words in (["loan"], ["loan", "list", "--all"], ["case"], ["case", "show", "Valise 3"], ["loan", "calendar"], ["loan", "prepare"]):
        assert "Jeanne" not in json.dumps(desk.json(*words)) + desk.types(*words)
    for kind in ("export", "ics"):
        desk.types("loan", kind, str(tmp_path / kind))
        assert b"Jeanne" not in (tmp_path / kind).read_bytes()
    assert desk.json("loan", "show", "Valise 3")["borrower"] == "Jeanne Exemple"


def test_an_import_with_bad_rows_keeps_them_beside_the_file(desk: Desk, tmp_path: Path) -> None:
    """Exit code 3, and a file to correct."""
    path = tmp_path / "appareils.csv"
    path.write_text("nom;sorte;numéro de série\nTablette 4;tablette;S4\nTablette 5;avion;S5\n", encoding="utf-8")
    text = desk.types("device", "import", str(path), code=3, says="1 en plus")
    assert "Ligne 3 : sorte : « avion »" in text
    assert "avion" in (tmp_path / "appareils.a-corriger.csv").read_text(encoding="utf-8-sig")
    out = tmp_path / "out.csv"
    desk.types("device", "export", str(out))
    desk.types("device", "import", str(out), says="0 en plus, 0 avec un changement, 4 sans changement")


def test_attestations_are_shown_and_checked(desk: Desk, tmp_path: Path) -> None:
    """Exit codes: 0 clean, 8 not proved, 10 altered or signed by a stranger; a certificate is made of what verifies only."""
    from fleet.attestation import Signer, document_of

    signer = Signer.load(tmp_path / "fleet" / "keys")
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(document_of(signer.sign(attestation())), encoding="utf-8")
    bad.write_text(document_of(signer.sign(attestation(Verdict.NOT_CLEAN))), encoding="utf-8")
    desk.types("attest", "verify", str(good), says="n’a pas été modifiée")
    desk.types("attest", "verify", str(bad), code=8, says="pas propre")
    forged = tmp_path / "forged.json"
    forged.write_text(bad.read_text(encoding="utf-8").replace('"not_clean"', '"clean"'), encoding="utf-8")
    desk.types("attest", "verify", str(forged), code=10, says="modifiée")
    desk.types("report", "certificate", str(forged), "-o", str(tmp_path / "no.pdf"), code=10)
    assert not (tmp_path / "no.pdf").exists()
    desk.types("report", "certificate", str(good), "-o", str(tmp_path / "yes.pdf"), says="attestation|Attestation")
    stranger = tmp_path / "stranger.json"
    stranger.write_text(document_of(Signer.load(tmp_path / "elsewhere").sign(attestation())), encoding="utf-8")
    desk.types("attest", "verify", str(stranger), code=10, says="clé inconnue")
    key = Signer.load(tmp_path / "elsewhere").public_key
    desk.types("attest", "verify", str(stranger), "--key", key, says="n’a pas été modifiée")


def test_another_computer_checks_with_the_public_key_alone(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file or its certificate, on a computer that knows nothing: believed with the key only; altered, said to be."""
    from fleet.attestation import Signer, document_of
    from fleet.reports.certificate import certificate_pdf

    signer = Signer.load(tmp_path / "office")
    signed = signer.sign(attestation())
    file, paper = tmp_path / "preuve.json", tmp_path / "preuve.pdf"
    file.write_text(document_of(signed), encoding="utf-8")
    paper.write_bytes(certificate_pdf(signed, desk.clock()))
    monkeypatch.setenv("COLPORTEUR_DATA", str(tmp_path / "another"))
    key = tmp_path / "cle.txt"
    key.write_text(signer.public_key + "\n")
    for name in (file, paper):
        desk.types("attest", "verify", str(name), code=10, says="rien ne dit ici de qui vient sa signature")
        desk.types("attest", "verify", str(name), "--key", str(key), says="La signature est bonne")
        assert desk.json("attest", "verify", str(name), "--key", signer.public_key)["key_known"]
    for place in range(40, len(file.read_bytes()) - 200, 97):
        data = bytearray(file.read_bytes())
        data[place] ^= 1
        file_bad = tmp_path / "retouche.json"
        file_bad.write_bytes(bytes(data))
        assert main(["attest", "verify", str(file_bad), "--key", str(key)]) in (3, 10)
    file_bad.write_text(file.read_text(encoding="utf-8").replace("eMMC 32 Go", "eMMC 64 Go"), encoding="utf-8")
    desk.types("attest", "verify", str(file_bad), "--key", str(key), code=10, says="a été modifiée")
    (tmp_path / "autre.pdf").write_bytes(b"%PDF-1.4\nnothing")
    desk.types("attest", "verify", str(tmp_path / "autre.pdf"), code=3, says="ne contient pas d’attestation")
    assert not (tmp_path / "another/fleet/keys/attestations.pem").exists()


def test_a_plugged_in_reader_is_reset_and_a_person_asked_about_the_rest(desk: Desk, tmp_path: Path) -> None:
    """Its disk by the program, what is not on the disk by questions; unplugged, questions only; without answers, not proved."""
    disk = tmp_path / "KOBOeReader"
    firmware(disk)
    lend(disk)
    books = tmp_path / "fleet/content/liseuses/livres"
    books.mkdir(parents=True)
    (books / "conte.epub").write_bytes(b"conte")
    desk.types("device", "add", "Liseuse 1", "--kind", "ereader", "--driver", "kobo", "--serial", SERIAL)
    reset = ("reset", "--device", "Liseuse 1", "--profile", "liseuse")
    result = desk.json(*reset, "--yes", "--address", str(disk), code=8)
    assert result["devices"][0]["end"] == "unknown" and (disk / "Livres/conte.epub").read_bytes() == b"conte"
    desk.scans("Liseuse 1", "oui", "oui")
    desk.types(*reset, "--address", str(disk), says="propre, prouvé")
    assert not (disk / ".kobo/KoboReader.sqlite").exists()
    assert desk.json("device", "show", "Liseuse 1")["state"] == DeviceState.READY
    desk.scans("Liseuse 1", "oui", "non")
    desk.types(*reset, "--address", str(disk), code=8, says="Répondu non")
    desk.scans("Liseuse 1", "oui", "oui")
    desk.types(*reset, says="branchée par USB, elle serait remise à zéro par le programme")
    desk.types("verify", "--device", "Liseuse 1", "--profile", "liseuse", "--address", str(disk), says="conforme")


def test_certificates_name_who_answers_for_them(desk: Desk) -> None:
    """Told once; `--operator` stands in for a day."""
    desk.types("attest", "person", "--name", "Ada  Exemple", "--title", "Référente", says="Ada Exemple, Référente")
    desk.types("attest", "person", "--location", "Digne", says="Ada Exemple, Référente, Digne")
    assert desk.json("attest", "person", "--operator", "Sam")["name"] == "Sam"


def test_a_mistyped_command_says_so_in_french(desk: Desk) -> None:
    """Exit code 2 and where the help is."""
    for words in (["kase"], ["case", "show"], ["loan", "reserve"], ["device", "add", "x", "--kind", "avion"], ["--data"]):
        desk.types(*words, code=2, says="Commande mal écrite|il manque")
    desk.types("--help", says="la situation du jour")


def test_hostile_names_cannot_drive_the_terminal(desk: Desk) -> None:
    """Control characters of a file or a device are shown, not sent."""
    with Inventory(desk.data / "fleet", desk.clock) as inventory:
        inventory.update_device("tablette-1", name="Tab\x1b[31mlette\u202e", note="\x07")
        inventory.set_state("tablette-1", DeviceState.ATTENTION, "\x1b]0;x\x07")
    for words in ([], ["device"], ["device", "show", "tablette-1"], ["case", "show", "Valise 3"]):
        text = desk.types(*words)
        assert not set(text) & {"\x1b", "\x07", "\u202e"}


def test_every_error_is_documented_with_its_exit_code() -> None:
    """docs/errors-fleet.md names each class of fleet.errors and its code."""
    page = (ROOT / "docs" / "errors-fleet.md").read_text(encoding="utf-8")
    found = [FleetError]
    for kind in found:
        found += [sub for sub in kind.__subclasses__() if sub.__module__ == "fleet.errors"]
        assert re.search(rf"\|\s*{kind.exit_code}\s*\|[^\n]*`{kind.__name__}`", page), kind.__name__


def test_every_command_is_documented() -> None:
    """The guide or the page of errors shows each command at least once; each has help in French."""
    text = "".join((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("guide-referent.md", "errors-fleet.md"))
    for name, (module, _help) in COMMANDS.items():
        assert f"fleet {name}" in text, name
        if (ROOT / (module.replace(".", "/") + ".py")).exists():
            assert "options" in build_parser(only=name).format_help()


def test_the_real_entry_point_runs(tmp_path: Path) -> None:
    """`python main.py fleet --json` as a program runs it."""
    command = [sys.executable, str(ROOT / "main.py"), "fleet", "--json", "--data", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, json.loads(done.stdout)["ready"]) == (0, 0), done.stderr
