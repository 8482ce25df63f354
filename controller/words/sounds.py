"""How a name may be typed in pinyin: in full, by initials, or surname in full with initials.

Some surnames sound unlike the same character elsewhere; both readings count, because people type
either.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

_SURNAMES = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "朴": "piao", "区": "ou",
    "盖": "ge", "任": "ren", "翟": "zhai", "尹": "yin", "华": "hua", "覃": "qin", "员": "yun",
    "缪": "miao", "折": "she", "种": "chong", "秘": "bi", "繁": "po", "黑": "he", "盛": "sheng",
    "燕": "yan", "尉": "wei", "乐": "yue", "召": "shao", "宁": "ning", "洗": "xian", "冼": "xian",
    "晟": "cheng", "乜": "nie", "贲": "ben", "逄": "pang", "逯": "lu", "车": "che", "谌": "chen",
    "郇": "xun", "祭": "zhai", "佴": "nai", "卜": "bu", "葛": "ge", "那": "na", "薄": "bo",
    "柏": "bai", "隗": "wei", "长孙": "zhang sun", "万俟": "mo qi", "尉迟": "yu chi",
    "澹台": "tan tai", "令狐": "ling hu", "鲜于": "xian yu", "夏侯": "xia hou",
}  # fmt: skip


def sounds_of(name_key: str) -> tuple[str, ...]:
    """List the ways a folded name may be typed, lower case, without spaces."""
    if not name_key:
        return ()
    letters = [part.lower() for part in _speller()(name_key)]
    ways = [letters]
    length = 2 if name_key[:2] in _SURNAMES else 1
    if name_key[:length] in _SURNAMES and len(letters) == len(name_key):
        ways.append([*_SURNAMES[name_key[:length]].split(), *letters[length:]])
    found: dict[str, None] = {}
    for way in ways:
        initials = "".join(part[:1] for part in way)
        for sound in ("".join(way), initials, way[0] + initials[1:]):
            found[sound] = None
            found[sound.replace("v", "u")] = None
    return tuple(found)


@cache
def _speller() -> Callable[[str], list[str]]:
    """Load the dictionary when the first name comes in: it takes half a second and 56 MB.

    Its phrases are worth that: they tell 长 in 长江 from 长 in 长大.
    """
    from pypinyin import lazy_pinyin

    return lazy_pinyin
