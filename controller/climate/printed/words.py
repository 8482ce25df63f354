"""What reports say, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from config.address_words import Language
from config.quantities import quantities

_WORDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "title_month": ("库房温湿度月报", "Monthly climate report"),
        "title_year": ("库房温湿度年报", "Yearly climate report"),
        "made": ("生成于 {at}", "Made {at}"),
        "so_far": ("截至 {at}，本期尚未结束", "Up to {at}; the period is not over"),
        "overview": ("概览", "Overview"),
        "side_by_side": (
            "是否在限值之内与保存质量是两回事，并列如下，不作合并。",
            "Keeping limits and keeping paper are two things; they stand side by side here.",
        ),
        "ageing": (
            "{zone}：在限值之内（{share} %），但老化快（TWPI {twpi} 年）。",
            "{zone}: within its limits ({share} %), but ageing fast (TWPI {twpi} years).",
        ),
        "no_claim": (
            "本报告不作任何符合性声明；“未经核实”的限值尚未与标准原文核对。",
            "This report claims conformity with nothing; limits marked unconfirmed have not been "
            "compared with the text of their source.",
        ),
        "zone": ("分区", "Zone"),
        "limits": ("限值", "Limits"),
        "version": ("版本", "version"),
        "share": ("在限值内 %", "Within limits %"),
        "share_t": ("温度在限值内 %", "Temperature within %"),
        "share_rh": ("湿度在限值内 %", "Humidity within %"),
        "twpi": ("TWPI 年", "TWPI, years"),
        "pi_mean": ("PI 算术平均（偏高，仅供比较）年", "Mean PI, years (too high; to compare)"),
        "rating": ("评级", "Rating"),
        "good": ("良好", "good"),
        "ok": ("尚可", "OK"),
        "risk": ("有风险", "risk"),
        "coverage": ("数据完整率 %", "Measured %"),
        "confirmed": ("已核实", "confirmed"),
        "unconfirmed": ("未经核实", "unconfirmed"),
        "source": ("来源", "Source"),
        "rule": ("规则", "Rule"),
        "quantity": ("项目", "Quantity"),
        "critical_low": ("严重下限", "Critical low"),
        "low": ("下限", "Low"),
        "high": ("上限", "High"),
        "critical_high": ("严重上限", "Critical high"),
        "no_limits": ("本分区不设限值。", "No limits are kept here."),
        "limits_now": (
            "按生成本报告时的限值评定。",
            "Judged by the limits in force when this report was made.",
        ),
        "figures": ("统计", "Figures"),
        "figure": ("指标", "Figure"),
        "value": ("数值", "Value"),
        "mean": ("平均", "Mean"),
        "least": ("最低", "Lowest"),
        "most": ("最高", "Highest"),
        "elm": ("等效寿命倍数（纸）", "Lifetime multiplier of paper"),
        "emc": ("平衡含水率 %", "Equilibrium moisture %"),
        "emc_mechanical": ("含水率对纸张（脆裂、变形）", "EMC for paper (brittle, warped)"),
        "emc_corrosion": ("含水率对金属件（锈蚀）", "EMC for metal parts (rust)"),
        "dew": ("露点（水面）°C", "Dew point over water °C"),
        "ah": ("绝对湿度 g/m³", "Absolute humidity g/m³"),
        "swing": ("昼夜波动", "Daily swing"),
        "swing_limit": ("限值 ±", "Limit ±"),
        "days": ("评定日数", "Days judged"),
        "half_range": ("合格 %（按半幅）", "Passed % (half range)"),
        "range": ("合格 %（按全幅）", "Passed % (whole range)"),
        "counts": ("本限值采用：{reading}", "These limits read ± as: {reading}"),
        "half_range_word": ("半幅", "half range"),
        "range_word": ("全幅", "whole range"),
        "mould": ("霉变（各模型不可合并）", "Mould (models, never merged)"),
        "model": ("模型", "Model"),
        "at_end": ("期末", "At the end"),
        "worst": ("最高", "Worst"),
        "mrf": ("霉变风险系数（类 IPI，自有公式）", "Mould risk factor (IPI-like, own formula)"),
        "vtt": ("VTT 霉变指数：{surface}", "VTT mould index: {surface}"),
        "labelled": ("{label}：{text}", "{label}: {text}"),
        "vtt_1999": ("松木（1999）", "pine (1999)"),
        "vtt_vs": ("极敏感", "very sensitive"),
        "vtt_s": ("敏感", "sensitive"),
        "vtt_mr": ("中等耐受", "medium resistant"),
        "vtt_r": ("耐受", "resistant"),
        "band": ("历史气候带（仿 EN 15757）", "Historic band (in the manner of EN 15757)"),
        "band_text": (
            "30 日均值的 {low} 至 {high} %RH（7 % 与 93 % 分位；不小于 ±10 %）。",
            "{low} to {high} %RH around the mean of 30 days (7th to 93rd percentile, never tighter "
            "than 10 %).",
        ),
        "band_short": (
            "数据不足 13 个月，不能给出全年的历史气候带。",
            "There are not 13 months of readings, so no band of a whole year is given.",
        ),
        "gaps": ("数据缺口", "Gaps"),
        "gap_from": ("自", "From"),
        "gap_to": ("至", "To"),
        "hours": ("小时", "Hours"),
        "no_gaps": ("没有一小时以上的缺口。", "No gap of an hour or more."),
        "more_gaps": ("另有 {count} 处较短缺口，共 {hours} 小时。",
                      "{count} shorter gaps besides, {hours} h together."),
        "alarms": ("报警", "Alarms"),
        "kind": ("类别", "Kind"),
        "count": ("次数", "Count"),
        "to_ack": ("确认用时中位数（分）", "Median to acknowledge, min"),
        "unack": ("未确认", "Not acknowledged"),
        "still": ("期末未结束", "Not over at the end"),
        "no_alarms": ("本期没有报警。", "No alarms in this period."),
        "calibrations": ("校准", "Calibration"),
        "probe": ("探头", "Probe"),
        "certificate": ("证书号", "Certificate"),
        "laboratory": ("校准机构", "Laboratory"),
        "since": ("生效日", "From"),
        "due_on": ("到期日", "Due"),
        "standing": ("状态", "Standing"),
        "valid": ("有效", "valid"),
        "early": ("60 日内到期", "due within 60 days"),
        "soon": ("30 日内到期", "due within 30 days"),
        "expired": ("已过期", "expired"),
        "undated": ("无到期日", "no due date"),
        "none": ("无证书", "no certificate"),
        "expired_text": (
            "{probe} {quantity}：{start} 至 {end} 的读数是在证书过期之后测得的。",
            "{probe} {quantity}: readings from {start} to {end} were taken on a certificate that "
            "had run out.",
        ),
        "units": ("机组运行", "Units"),
        "unit": ("机组", "Unit"),
        "on_h": ("运行小时", "Hours on"),
        "starts": ("启动次数", "Starts"),
        "no_units": ("本期没有机组运行记录。", "Nothing is known of units in this period."),
        "book": ("温湿度记录簿", "Climate book"),
        "book_times": (
            "每日两次：{morning} 与 {afternoon}。",
            "Twice a day: {morning} and {afternoon}.",
        ),
        "book_custom": (
            "时间为惯例，未经核实；可在站点文件中另定。",
            "These times are custom and unconfirmed; the site's file can name others.",
        ),
        "day": ("日期", "Day"),
        "slot": ("时段", "Slot"),
        "morning": ("上午", "morning"),
        "afternoon": ("下午", "afternoon"),
        "t": ("温度 °C", "°C"),
        "rh": ("湿度 %", "%RH"),
        "instrument": ("仪器", "Instrument"),
        "signed": ("签名", "Signed"),
        "missed": ("缺记", "missed"),
        "proposed": ("未签", "unsigned"),
        "was": ("（原 {value}）", " (was {value})"),
        "chart_t": ("温度", "Temperature"),
        "chart_rh": ("相对湿度", "Relative humidity"),
        "time": ("时间", "Time"),
        "limit_low": ("下限", "Lower limit"),
        "limit_high": ("上限", "Upper limit"),
        "sources": ("方法与来源", "Methods and sources"),
        "source_pi": (
            "PI：按 IPI 公布数值拟合的公式；TWPI：按时间加权的调和平均（IPI）",
            "PI: closed form fitted to values published by IPI; TWPI: time-weighted harmonic mean "
            "(IPI)",
        ),
        "source_lm": (
            "寿命倍数：Michalski 2002、Martens 2012；纸，100 kJ/mol",
            "Lifetime multiplier: Michalski 2002, Martens 2012; paper, 100 kJ/mol",
        ),
        "source_emc": (
            "平衡含水率：Hailwood 与 Horrobin，依 Simpson，FPL-RN-0268；"
            "评级：preservationeval，依 IPI",
            "EMC: Hailwood and Horrobin by Simpson, FPL-RN-0268; ratings: preservationeval, after "
            "IPI",
        ),
        "source_air": (
            "露点（水面）：Magnus（Alduchov 与 Eskridge）；绝对湿度：Sonntag",
            "Dew point over water: Magnus (Alduchov and Eskridge); absolute humidity: Sonntag",
        ),
        "source_mrf": (
            "霉变风险系数：类 IPI，自有公式；IPI 未公布其衰减",
            "Mould risk factor: IPI-like, by a closed form of our own; its decay is not published",
        ),
        "source_vtt": (
            "霉变指数：VTT，Hukka 与 Viitanen 1999，2010 年的分级",
            "Mould index: VTT, Hukka and Viitanen 1999, classes of 2010",
        ),
        "source_band": (
            "湿度历史气候带：仿 EN 15757:2010，依 Camuffo 2022 的概述",
            "Band of the humidity: in the manner of EN 15757:2010, as Camuffo 2022 sums it up",
        ),
        "nothing": ("本期没有读数。", "Nothing was measured in this period."),
        "page": ("第 {page} 页", "Page {page}"),
    }
)  # fmt: skip

_KINDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "climate.limit": ("超出限值", "beyond a limit"),
        "climate.mean_24h": ("24 小时均值", "24-hour mean"),
        "climate.swing": ("昼夜波动", "daily swing"),
        "climate.rate": ("变化过快", "rate of change"),
        "climate.mould": ("霉变风险", "mould"),
        "climate.offline": ("无读数", "no readings"),
        "climate.stuck": ("读数停滞", "readings stand still"),
        "climate.drift": ("偏离本区", "drift"),
        "climate.suspect": ("读数不可信", "suspect readings"),
        "climate.calibration_due": ("校准到期", "calibration due"),
        "climate.unit_silent": ("机组不执行", "unit does not respond"),
        "climate.unit_fault": ("机组故障", "unit fault"),
        "climate.smoke": ("烟雾", "smoke"),
        "climate.leak": ("漏水", "leak"),
    }
)


class Say:
    """Speaks one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._place = 0 if language == "zh" else 1

    def __call__(self, key: str, **values: object) -> str:
        """Say what a key stands for."""
        return _WORDS[key][self._place].format(**values)

    def quantity(self, name: str) -> str:
        """Name a quantity; one that is known no more keeps its code."""
        known = quantities().get(name)
        return name if known is None else str(getattr(known.name, self.language))

    def kind(self, code: str) -> str:
        """Name a kind of alarm of the air; others keep their code."""
        known = _KINDS.get(code)
        return code if known is None else known[self._place]
