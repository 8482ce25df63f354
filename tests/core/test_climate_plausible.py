"""What of a probe's course is kept and not believed."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from drivers.climate.plausible import Course


def judge(course: Course, at_s: float, settling: bool = False, **values: float) -> dict[str, str]:
    return dict(course.judge(values, {}, at_s=at_s, settling=settling))


def test_a_single_sample_that_jumps_is_a_spike_and_the_one_after_is_believed() -> None:
    course = Course()
    assert judge(course, 0, temperature_c=20.0, humidity_pct=50.0) == {}
    assert judge(course, 10, temperature_c=60.0, humidity_pct=50.1) == {"temperature_c": "spike"}
    assert judge(course, 20, temperature_c=20.1, humidity_pct=50.0) == {}


def test_a_true_step_costs_one_sample() -> None:
    course = Course()
    judge(course, 0, humidity_pct=50.0)
    assert judge(course, 10, humidity_pct=70.0) == {"humidity_pct": "spike"}
    assert judge(course, 20, humidity_pct=70.2) == {}
    assert judge(course, 30, humidity_pct=70.1) == {}


def test_the_last_digit_of_a_probe_that_is_read_often_is_no_spike() -> None:
    course = Course()
    flicker = [20.0, 20.1] * 100
    assert not any(judge(course, 10 * n, temperature_c=t) for n, t in enumerate(flicker))


def test_ten_kelvin_an_hour_are_air_and_a_little_more_are_not() -> None:
    slow, fast = Course(), Course()
    for course in (slow, fast):
        judge(course, 0, temperature_c=20.0)
    assert judge(slow, 3600, temperature_c=30.0) == {}
    assert judge(fast, 3600, temperature_c=30.1) == {"temperature_c": "spike"}


def test_what_the_driver_calls_implausible_stays_so_and_moves_no_course() -> None:
    course = Course()
    judge(course, 0, humidity_pct=50.0)
    values = {"humidity_pct": 140.0}
    told = course.judge(values, {"humidity_pct": "implausible"}, at_s=10, settling=True)
    assert told == {"humidity_pct": "implausible"}
    assert judge(course, 20, humidity_pct=50.0) == {}


def test_a_probe_that_was_carried_in_is_not_believed_in_anything() -> None:
    course = Course()
    told = judge(course, 0, settling=True, temperature_c=17.4, co2_ppm=900)
    assert told == {"temperature_c": "settling", "co2_ppm": "settling"}


@given(
    st.lists(st.tuples(st.floats(0.1, 4000), st.floats(-40, 85, width=32)), min_size=1, max_size=60)
)
def test_no_two_doubted_samples_in_a_row_agree(samples: list[tuple[float, float]]) -> None:
    """Whatever comes, a level that two samples confirm is believed."""
    course, at_s, doubted = Course(), 0.0, []
    for step_s, value in samples:
        at_s += step_s
        spiked = bool(judge(course, at_s, temperature_c=value))
        doubted.append((spiked, value))
    for (one, before), (other, after) in pairwise(doubted):
        assert not (one and other and abs(after - before) < 1.6)
