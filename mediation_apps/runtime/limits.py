"""What a pack may weigh. Everything above is refused with a sentence; the figures leave room for a film-free workshop on a 4 GB tablet."""

from __future__ import annotations

MIB = 1024 * 1024
MAX_ARCHIVE = 256 * MIB  # bytes of the file that comes in
MAX_TOTAL = 512 * MIB  # bytes once opened
MAX_MEMBER = 128 * MIB  # bytes of one file once opened
MAX_MEMBERS = 4_000  # files; the largest H5P seen holds 900 with its libraries
MAX_RATIO = 200  # opened ÷ packed for a member above 1 MiB; text packs 20 times, a bomb 1,000 times
MAX_TEXT_FILE = 8 * MIB  # a JSON, TOML or Markdown file
MAX_DEPTH = 60  # nesting of a JSON file
MAX_PIXELS = 40_000_000  # 7,700 × 5,200: 160 MB once decoded
MAX_SIDE = 12_000  # pixels
MAX_ACTIVITIES = 200
MAX_NAME = 200  # characters of a path

PICTURES = frozenset({"png", "jpg", "jpeg", "gif", "bmp", "webp"})
SOUNDS = frozenset({"ogg", "mp3", "wav", "m4a"})
TEXTS = frozenset({"toml", "md", "txt", "json", "csv", "vtt"})
PACK_FILES = PICTURES | SOUNDS | TEXTS | {"h5p", "epub", "mp4", "webm"}
