"""Invented people and addresses: common Chinese names, streets and housing estates, by chance.

Nobody is meant: names are put together at random, ID numbers stand in a range that no authority
hands out, and the town does not exist.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

DIVISION = "990001"
"""First six digits of every ID number here.

GB/T 2260 gives provinces 11 to 82, so 99 is nobody's. Cards of foreign residents begin with 9 and
name a province in digits two and three: 90 is no province either, whichever way it is read.
"""

_CHECK = "10X98765432"

# Commoner surnames stand further left and are drawn more often.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏"
    "苏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵"
    "万钱严覃武戴莫孔向汤单仇解查朴区盖翟柴"
)
_COMPOUND = ("欧阳", "上官", "司马", "诸葛", "司徒", "东方", "尉迟", "皇甫", "令狐", "慕容")
_MEN = "伟强磊军勇杰涛超明刚平辉鹏华飞波斌宇浩凯健俊帆建国志文德福庆海山林峰云龙东宏成新永"
_WOMEN = "芳娜敏静丽艳娟霞秀燕玲桂英兰红梅雪琳颖洁慧莉倩婷丹萍晶欣怡玉珍凤春华月荣琴淑云"
_FAR_FIRST = ("买买提", "艾力", "古丽", "阿依古丽", "阿不都拉", "吐尔逊", "热依汗", "努尔兰")
_FAR_LAST = ("艾合买提", "艾力", "阿卜杜拉", "吐尔洪", "司马义", "依明", "热合曼", "沙吾提")

_DISTRICTS = ("江岸区", "北塘区", "东湖区", "云山区", "西津区", "南浦区")
_STREETS = (
    "建设路", "解放路", "人民路", "中山路", "和平街", "文化路", "新华街", "胜利路", "湖滨路",
    "学府路", "工农街", "青年路", "光明巷", "柳荫巷", "石桥街", "桂花路", "长虹路", "红旗街",
    "望江路", "临湖路", "前进路", "百花巷", "延安路", "幸福路", "育才街", "河坊街", "凤凰路",
)  # fmt: skip
_ESTATES = (
    "锦绣花园", "阳光小区", "翠苑新村", "江南名府", "梧桐苑", "东方家园", "碧水湾", "安居里",
    "康宁小区", "嘉和苑", "西湖新村", "丽景园", "惠民公寓", "和美家园", "向阳里", "金桂苑",
    "百合公寓", "兴业新村", "清河坊", "瑞祥居", "福泽苑", "南苑小区", "北辰公寓", "华兴里",
)  # fmt: skip


def id_number(chance: Random, *, man: bool, born_from: int, born_to: int) -> str:
    """Make an ID number of the test range with a right check digit (GB 11643)."""
    first = date(born_from, 1, 1)
    born = first + timedelta(days=chance.randrange((date(born_to, 12, 31) - first).days + 1))
    order = chance.randrange(500) * 2 + (1 if man else 0)
    body = f"{DIVISION}{born:%Y%m%d}{order:03d}"
    return body + check_digit(body)


def check_digit(body: str) -> str:
    """Work out the 18th character of an ID number from the 17 digits before it (ISO 7064)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return _CHECK[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def person_name(chance: Random, *, man: bool) -> str:
    """Put a name together: mostly three characters, some two, a few compound or with a dot."""
    kind = chance.random()
    if kind < 0.01:
        return f"{chance.choice(_FAR_FIRST)}·{chance.choice(_FAR_LAST)}"
    if kind < 0.03:
        surname = chance.choice(_COMPOUND)
    else:
        surname = _SURNAMES[min(int(chance.expovariate(1 / 22)), len(_SURNAMES) - 1)]
    given = _MEN if man else _WOMEN
    length = 1 if chance.random() < 0.14 else 2
    return surname + "".join(chance.choice(given) for _ in range(length))


def street_addresses(chance: Random) -> list[str]:
    """List the housing estates of the town, each with its own street number."""
    return [
        f"{chance.choice(_DISTRICTS)}{street}{chance.randrange(1, 400)}号{estate}"
        for street in _STREETS
        for estate in chance.sample(_ESTATES, 9)
    ]


def flat(chance: Random) -> str:
    """Name a building, a stairway and a room."""
    room = chance.randrange(1, 19) * 100 + chance.randrange(1, 5)
    return f"{chance.randrange(1, 25)}幢{chance.randrange(1, 5)}单元{room}室"
