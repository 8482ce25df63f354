"""What a printed location plan says, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from config.address_words import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWords:
    """The words of a plan; braces are filled in."""

    title: str
    table_title: str
    scale: str
    date: str
    page: str
    empty: str
    shape: str
    heads: tuple[str, ...]
    note: str


PLAN_WORDS: Mapping[Language, PlanWords] = MappingProxyType(
    {
        "zh": PlanWords(
            title="{place} 排架位置图",
            table_title="{place} 起止号一览",
            scale="比例 1:{scale}（按 100% 打印）",
            date="制图日期 {date}",
            page="第 {page} 页，共 {pages} 页",
            empty="空",
            shape="{sections}节 × {shelves}层",
            heads=("位置", "地址", "层架", "层位范围", "盒数", "起号", "止号"),
            note="各区按停放状态绘制；灰底为固定列，列号标在列口一端。起止号：该面首盒首卷至末盒末卷的档号。",
        ),
        "en": PlanWords(
            title="{place}: location plan",
            table_title="{place}: first and last file codes",
            scale="Scale 1:{scale} (print at 100 %)",
            date="Drawn on {date}",
            page="Page {page} of {pages}",
            empty="empty",
            shape="{sections} sections × {shelves} shelves",
            heads=("Place", "Address", "Shelving", "Shelves", "Boxes", "First code", "Last code"),
            note="Banks are shown parked; grey: fixed; numbers stand at the mouth. Codes: first "
            "file of a face's first box, last file of its last.",
        ),
    }
)
