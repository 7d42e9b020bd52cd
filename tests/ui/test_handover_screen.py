"""The codes that the screen really shows, read back from its pixels by an independent reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from tests.ui.stage import SIZES, kiosk, screen_words


def read(driver: Any, folder: Path) -> list[str]:
    """What a phone in front of the screen would read."""
    return [code.text for code in zxingcpp.read_barcodes(Image.open(driver.picture(folder / "screen.png")).convert("L"))]


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("palette", [pytest.param("limestone", marks=pytest.mark.slow), "night"])
def test_each_code_of_a_basket_is_read_from_the_screen(
    little_catalogue: Path, tmp_path: Path, ids: dict[int, str], size: tuple[int, int], palette: str
) -> None:
    """At every size and in the dark, page after page, for both families of phones, the whole list comes out in order."""
    with kiosk(little_catalogue, size, palette=palette) as driver:
        driver.app.parts.desk.go("handover", record_ids=tuple(ids.values()))
        driver.settle()
        for phone in ("Android", "iPhone"):
            driver.press(phone)
            driver.settle()
            screen = driver.app.parts.navigator.screen
            found = []
            for page in range(int(screen.count)):
                codes = read(driver, tmp_path)
                assert codes == [screen.page_text]
                found += [line for line in codes[0].replace("\\n", "\n").split("\n") if line.removeprefix("DESCRIPTION:").startswith("•")]
                if page + 1 < screen.count:
                    driver.press("Code suivant")
                    driver.settle()
            assert len(found) == len(ids)
            assert "Contes de Provence" in found[0]
            assert "robots" in found[-1]


@pytest.mark.parametrize("size", list(SIZES))
def test_modules_are_large_enough_for_a_camera(little_catalogue: Path, ids: dict[int, str], size: tuple[int, int]) -> None:
    """Whole pixels, at least 4 of them and 0.4 mm on the glass."""
    with kiosk(little_catalogue, size) as driver:
        driver.app.parts.desk.go("handover", record_ids=tuple(ids.values()))
        driver.settle()
        module = driver.app.parts.navigator.screen.ids.code.module()
        assert module >= 4
        assert module * SIZES[size] / size[0] >= 0.4


def test_the_list_is_beside_the_code_to_be_photographed(little_catalogue: Path, ids: dict[int, str]) -> None:
    """A phone that reads no code takes a picture: titles and call numbers are there in words."""
    with kiosk(little_catalogue) as driver:
        driver.app.parts.desk.go("handover", record_ids=(ids[1], ids[6]))
        driver.settle()
        words = screen_words(driver)
        for expected in ("Contes de Provence — Frédéric Mistral", "Barrême, J CON MIS", "Vingt mille lieues", "R VER", "en photo"):
            assert expected in words


def test_one_online_resource_is_its_link(little_catalogue: Path, tmp_path: Path, ids: dict[int, str]) -> None:
    """A single record that is read online is handed over as its address, the same for every phone."""
    with kiosk(little_catalogue) as driver:
        driver.app.parts.desk.go("handover", record_ids=(ids[2],))
        driver.settle()
        assert read(driver, tmp_path) == ["https://portail.example.org/acces/audio/1"]


def test_a_record_gone_since_is_left_out(little_catalogue: Path, tmp_path: Path, ids: dict[int, str]) -> None:
    """A harvest in between does not break the list."""
    with kiosk(little_catalogue) as driver:
        driver.app.parts.desk.go("handover", record_ids=("gone", ids[4]))
        driver.settle()
        (text,) = read(driver, tmp_path)
        assert "Mireille" in text
        assert text.count("•") == 1
