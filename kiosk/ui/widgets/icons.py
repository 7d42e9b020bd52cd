"""Icons by Material Design Icons name, from the font that the package `fonticon-materialdesignicons7` carries.

Guarantees: a known name costs no import of the package's table of 7,000 names (45 ms at the start of the kiosk); any
other name of the set still works, by that table; an unknown name, or a font that is not there, gives an empty string,
and the drawing falls back on a disc.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

CODEPOINTS = {
    "account": 0xF0004,
    "account_card": 0xF1BA4,
    "account_group": 0xF0849,
    "account_voice": 0xF05CB,
    "alert": 0xF0026,
    "alert_circle": 0xF0028,
    "apple_keyboard_shift": 0xF0636,
    "arrow_collapse_down": 0xF0792,
    "arrow_down_bold": 0xF072E,
    "arrow_down_bold_box_outline": 0xF0730,
    "arrow_left": 0xF004D,
    "arrow_up_bold": 0xF0737,
    "baby_carriage": 0xF068F,
    "baby_face_outline": 0xF0E7D,
    "backspace": 0xF006E,
    "bag_personal": 0xF0E10,
    "basket": 0xF0076,
    "basket_outline": 0xF1181,
    "book": 0xF00BA,
    "book_account": 0xF13AD,
    "book_education": 0xF16C9,
    "book_heart": 0xF1A1D,
    "book_multiple": 0xF00BB,
    "book_music": 0xF0067,
    "book_open_page_variant": 0xF05DA,
    "book_open_variant": 0xF14F7,
    "book_search": 0xF0E84,
    "bookshelf": 0xF125F,
    "calendar": 0xF00ED,
    "calendar_star": 0xF09D3,
    "card_account_details_outline": 0xF0DAB,
    "cart": 0xF0110,
    "cat": 0xF011B,
    "cellphone": 0xF011C,
    "check": 0xF012C,
    "checkbox_blank_outline": 0xF0131,
    "checkbox_marked": 0xF0132,
    "chevron_down": 0xF0140,
    "chevron_left": 0xF0141,
    "chevron_right": 0xF0142,
    "chevron_up": 0xF0143,
    "clock_outline": 0xF0150,
    "close": 0xF0156,
    "cloud_off_outline": 0xF0164,
    "contrast_box": 0xF0196,
    "contrast_circle": 0xF0197,
    "delete_sweep": 0xF05E9,
    "dice_multiple": 0xF076E,
    "dots_horizontal": 0xF01D8,
    "drama_masks": 0xF0D02,
    "duck": 0xF01E5,
    "earth": 0xF01E7,
    "email": 0xF01EE,
    "emoticon_happy_outline": 0xF01F5,
    "emoticon_sad_outline": 0xF01F8,
    "exit_run": 0xF0A48,
    "exit_to_app": 0xF0206,
    "eye": 0xF0208,
    "file_document": 0xF0219,
    "filter_variant": 0xF0236,
    "fire": 0xF0238,
    "format_list_bulleted": 0xF0279,
    "format_size": 0xF027F,
    "fruit_grapes": 0xF1044,
    "gamepad_variant": 0xF0297,
    "gesture_tap": 0xF0741,
    "hand_back_right": 0xF0E47,
    "hand_pointing_right": 0xF02C7,
    "headphones": 0xF02CB,
    "heart": 0xF02D1,
    "help_circle_outline": 0xF0625,
    "hiking": 0xF0D7F,
    "home": 0xF02DC,
    "human_child": 0xF02E7,
    "human_wheelchair": 0xF138D,
    "identifier": 0xF0EFE,
    "image": 0xF02E9,
    "image_filter_hdr": 0xF02F5,
    "information": 0xF02FC,
    "keyboard": 0xF030C,
    "keyboard_close": 0xF030F,
    "keyboard_outline": 0xF097B,
    "keyboard_return": 0xF0311,
    "lan_disconnect": 0xF0319,
    "library": 0xF0331,
    "lightbulb_on": 0xF06E8,
    "link_variant": 0xF0339,
    "lock": 0xF033E,
    "logout": 0xF0343,
    "magnify": 0xF0349,
    "mail": 0xF0EBB,
    "map": 0xF034D,
    "map_marker": 0xF034E,
    "medal_outline": 0xF1326,
    "message_text": 0xF0369,
    "microphone": 0xF036C,
    "minus": 0xF0374,
    "minus_circle": 0xF0376,
    "movie_open": 0xF0FCE,
    "music": 0xF075A,
    "newspaper_variant": 0xF1001,
    "palette": 0xF03D8,
    "party_popper": 0xF1056,
    "pause": 0xF03E4,
    "pencil": 0xF03EB,
    "play": 0xF040A,
    "plus": 0xF0415,
    "printer": 0xF042A,
    "puzzle": 0xF0431,
    "puzzle_outline": 0xF0A66,
    "qrcode": 0xF0432,
    "refresh": 0xF0450,
    "repeat": 0xF0456,
    "replay": 0xF0459,
    "robot": 0xF06A9,
    "rocket_launch": 0xF14DE,
    "run": 0xF070E,
    "school": 0xF0474,
    "script_text": 0xF0BC2,
    "sort": 0xF04BA,
    "sort_variant": 0xF04BF,
    "star": 0xF04CE,
    "star_outline": 0xF04D2,
    "stop": 0xF04DB,
    "tablet": 0xF04F6,
    "tablet_cellphone": 0xF09A7,
    "tag": 0xF04F9,
    "teddy_bear": 0xF18FB,
    "television_play": 0xF0ECF,
    "theater": 0xF050D,
    "thumb_up": 0xF0513,
    "toy_brick": 0xF1288,
    "translate": 0xF05CA,
    "trash_can": 0xF0A79,
    "trending_up": 0xF0535,
    "tune": 0xF062E,
    "undo": 0xF054C,
    "unfold_more_horizontal": 0xF054F,
    "volume_high": 0xF057E,
    "walk": 0xF0583,
    "weather_night": 0xF0594,
    "weather_sunny": 0xF0599,
    "wheelchair_accessibility": 0xF05A4,
    "wifi": 0xF05A9,
    "wifi_off": 0xF05AA,
}


@lru_cache(maxsize=1)
def icon_font() -> str:
    """Return the path of the icon font, or an empty string."""
    spec = find_spec("fonticon_mdi7")
    if spec is None or not spec.origin:
        return ""
    file = Path(spec.origin).parent / "fonts" / "materialdesignicons-webfont.ttf"
    return str(file) if file.is_file() else ""


@lru_cache(maxsize=512)
def glyph(name: str) -> str:
    """Return the character of an icon: "book" → "\U000f00ba"; "-" and "_" are the same."""
    key = name.strip().lower().removeprefix("mdi:").removeprefix("mdi-").replace("-", "_")
    if not icon_font() or not key:
        return ""
    if key in CODEPOINTS:
        return chr(CODEPOINTS[key])
    try:
        table = import_module("fonticon_mdi7.mdi7").MDI7
    except ImportError:
        return ""
    value = getattr(table, key, "")
    return value[-1] if isinstance(value, str) and value.startswith("mdi7.") else ""
