"""Dates in all the ways that people, Obsidian and Jekyll write them, against the calendar of the standard library."""

import calendar
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit.schema.dates import date_fault, moment

numbers = st.tuples(st.integers(0, 9999), st.integers(0, 99), st.integers(0, 99))


@given(numbers)
def test_a_day_is_right_just_when_the_calendar_has_it(parts):
    year, month, day = parts
    exists = year > 0 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]
    fault = date_fault(f"{year:04}-{month:02}-{day:02}")
    assert (fault is None) == exists
    assert fault is None or not fault.better


@given(st.dates())
def test_a_missing_zero_is_mended_to_the_same_day(day):
    short = f"{day.year:04}-{day.month}-{day.day}"
    fault = date_fault(short)
    if short == day.isoformat():
        assert fault is None
    else:
        assert (fault.better, fault.certain) == (day.isoformat(), True)
        assert date_fault(fault.better) is None


@given(
    st.datetimes(),
    st.sampled_from(["T", " ", "  "]),
    st.sampled_from(["", "Z", " Z", "+02:00", " -0400", " +02", " UTC"]),
)
def test_a_moment_is_right_and_keeps_its_order(when, gap, zone):
    text = f"{when.date().isoformat()}{gap}{when.hour:02}:{when.minute:02}:{when.second:02}{zone}"
    assert date_fault(text) is None
    assert moment(text).replace(tzinfo=None) == when.replace(microsecond=0)


@given(st.dates(), st.dates())
def test_days_compare_as_days(one, other):
    assert (moment(one.isoformat()) < moment(other.isoformat())) == (one < other)


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_told_why_not(text):
    fault = date_fault(text)
    if fault is None:
        assert moment(text)
        date.fromisoformat(text.strip()[:10])
    else:
        assert fault.message
        assert not fault.better or date_fault(fault.better) is None


def test_time_zones_count():
    assert moment("2024-11-21 0:00:00 -0400") == datetime(2024, 11, 21, tzinfo=timezone(-timedelta(hours=4)))
    assert moment("2024-11-21T23:00:00Z") < moment("2024-11-21 20:30:00 -0400")
    assert moment("0001-01-01 00:00 +14:00") < moment("9999-12-31 23:59 -14:00")
    assert moment("2024-02-30") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2024-02-30", "no 30 February 2024"),
        ("2023-02-29", "no 29 February 2023"),
        ("2024-04-31T10:00", "no 31 April 2024"),
        ("2024-13-45", "no month 13"),
        ("2024-00-10", "no month 0"),
        ("2024-10-45", "no day 45"),
        ("0000-10-04", "no year 0"),
        ("2024-10-04 24:00", "no hour 24"),
        ("2024-10-04T10:61:00", "no minute 61"),
        ("2024-10-04T10:01:60", "no second 60"),
        ("2024-10-04T10:01:00+15:00", "no time zone `+15:00`"),
        ("24-10-04", "a date is written like"),
        ("2024-10", "a date is written like"),
        ("04.10.2024", "a date is written like"),
        ("10/04/2024", "a date is written like"),
        ("２０２４-10-04", "a date is written like"),
        ("2024-10-04T", "a date is written like"),
        ("2024-10-04 10", "a date is written like"),
    ],
)
def test_what_is_wrong_is_named(text, words):
    assert words in date_fault(text).message
