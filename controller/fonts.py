"""Finds a font with Chinese characters on this machine; the product ships none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

from config.errors import Mendable

PACKAGE = "fonts-noto-cjk"
_USUAL = tuple(
    Path(name)
    for name in (
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
        "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
        "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
        "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
        "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    )
)
_MEASURED_PX = 200
_MOST_IN_COLLECTION = 32
_SAMPLE = "档"
_NOBODY = "\U000ffffd"


class NoFont(Mendable):
    """No font on this machine can print Chinese; the message says what to install."""


@dataclass(frozen=True, slots=True)
class Font:
    """A font file, and which font of it where it holds several."""

    path: Path
    index: int

    def at(self, px: int) -> ImageFont.FreeTypeFont:
        """Open the font at a size in pixels per em."""
        return _opened(self, px)

    def measure(self, text: str) -> float:
        """Say how wide a text is, in em, letter by letter: nothing here sets pairs closer."""
        return sum(map(_widths(self).__getitem__, text))


def find_font(named: Path | None = None, usual: Sequence[Path] = _USUAL) -> Font:
    """Find the font the settings name, or one where Linux keeps them. Raises NoFont."""
    if named is not None:
        font = _look_into(named)
        if font is None:
            raise NoFont(
                f"STACKROOM_FONT names {named}, which is no font with Chinese characters: name "
                f"another, or leave it out and install the Debian package {PACKAGE}"
            )
        return font
    for path in usual:
        font = _look_into(path)
        if font is not None:
            return font
    raise NoFont(
        "no font with Chinese characters was found, so nothing can be printed: install the Debian "
        f"package {PACKAGE}, or name a font in STACKROOM_FONT"
    )


@lru_cache(maxsize=64)
def _opened(font: Font, px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font.path), px, index=font.index)


class _Widths(dict[str, float]):
    """The widths of letters that were measured once, in em."""

    def __init__(self, font: Font) -> None:
        super().__init__()
        self._font = font.at(_MEASURED_PX)

    def __missing__(self, letter: str) -> float:
        width = self[letter] = self._font.getlength(letter) / _MEASURED_PX
        return width


@lru_cache(maxsize=4)
def _widths(font: Font) -> _Widths:
    return _Widths(font)


@lru_cache(maxsize=16)
def _look_into(path: Path) -> Font | None:
    """Find the simplified Chinese font of a file; any that has the characters will do."""
    if not path.is_file():
        return None
    able = [
        (Font(path, index), name)
        for index, name in enumerate(_names(path))
        if _has_chinese(Font(path, index))
    ]
    chinese = [font for font, name in able if " SC" in name and "Mono" not in name]
    return next(iter([*chinese, *(font for font, _ in able)]), None)


def _names(path: Path) -> list[str]:
    names: list[str] = []
    for index in range(_MOST_IN_COLLECTION):
        try:
            names.append(ImageFont.truetype(str(path), 16, index=index).getname()[0] or "")
        except OSError:
            break
    return names


def _has_chinese(font: Font) -> bool:
    opened = font.at(32)
    return bytes(opened.getmask(_SAMPLE)) != bytes(opened.getmask(_NOBODY))
