"""Numbers as Ruby reads and prints them: what ThingSpeak's leniency looks like on the wire."""

import math

import pytest

from thingclone.formats.numbers import (
    coordinate,
    fixed_text,
    float_text,
    id_from,
    json_number_text,
    numeric,
    real,
    strict_real,
    whole,
)

BIGGEST = 9_223_372_036_854_775_807


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("12", 12),
        ("0012", 12),
        ("12abc", 12),
        ("12 34", 12),
        ("1.9", 1),
        ("1e9", 1),
        ("1,5", 1),
        ("-5", -5),
        ("+3", 3),
        ("- 5", 0),
        ("--5", 0),
        ("  7 ", 7),
        ("\n7", 7),
        ("", 0),
        (" ", 0),
        ("abc", 0),
        ("abc12", 0),
        ("daily", 0),
        ("٣", 0),
        ("²", 0),
        ("0x10", 0),
        ("9223372036854775807", BIGGEST),
        ("9223372036854775808", BIGGEST),
        ("-9223372036854775809", -BIGGEST),
        ("9" * 40, BIGGEST),
        ("9" * 100_000, BIGGEST),
        ("-" + "9" * 100_000, -BIGGEST),
        ("0" * 39 + "7", 7),
        (5, 5),
        (5.9, 5),
        (-5, -5),
        (10**30, BIGGEST),
        (None, 0),
        (True, 0),
        ([5], 0),
    ],
)
def test_a_whole_number_is_what_the_text_begins_with(value, number):
    assert whole(value) == number


@pytest.mark.parametrize(
    ("value", "number"),
    [
        *(("1", 1), ("0000000042", 42), (1417, 1417), ("2147483647", 2_147_483_647)),
        *(("0", 0), ("2147483648", 0), ("00000000042", 0), (-5, 0), ("9" * 5000, 0)),
    ],
)
def test_impossible_ids_are_0(value, number):
    assert id_from(value) == number


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("1.5", 1.5),
        ("1.5abc", 1.5),
        ("-1.5", -1.5),
        ("+1.5", 1.5),
        (" 2", 2.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("1E-2x", 0.01),
        ("1e", 1.0),
        ("1,5", 1.0),
        ("", 0.0),
        ("abc", 0.0),
        ("nan", 0.0),
        ("inf", 0.0),
        ("1e999", math.inf),
        ("-1e999", -math.inf),
        (7, 7.0),
        (None, 0.0),
    ],
)
def test_a_float_is_what_the_text_begins_with(value, number):
    assert real(value) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("21.5", 21.5),
        ("-21", -21.0),
        ("+3", 3.0),
        (" 3 ", 3.0),
        ("1e3", 1000.0),
        ("1.5E-2", 0.015),
        (".5", 0.5),
        ("5.", None),
        ("1e", None),
        ("1,5", None),
        ("12abc", None),
        ("", None),
        (" ", None),
        ("nan", None),
        ("Infinity", None),
        ("٣", None),
    ],
)
def test_min_and_max_compare_with_texts_that_are_floats_as_a_whole(text, number):
    assert strict_real(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("21.5", 21.5),
        ("21,5", 21.5),
        ("-21", -21.0),
        ("+3.0", 3.0),
        (" 3\r\n", 3.0),
        ("\t3\0", 3.0),
        ("007", 7.0),
        ("9" * 400, math.inf),
        ("1e3", None),
        (".5", None),
        ("5.", None),
        ("1.2.3", None),
        ("1,2,3", None),
        ("- 5", None),
        ("12abc", None),
        ("0x10", None),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("٣", None),
    ],
)
def test_averages_count_digits_with_a_sign_and_one_point_or_comma(text, number):
    assert numeric(text) == number


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (12.0, "12.0"),
        (0.1, "0.1"),
        (19 / 3, "6.333333333333333"),
        (0.1 + 0.2, "0.30000000000000004"),
        (-2.5, "-2.5"),
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (100.0, "100.0"),
        (123456789.125, "123456789.125"),
        (1e15, "1000000000000000.0"),
        (9999999999999998.0, "9999999999999998.0"),
        (1e16, "1.0e+16"),
        (-1e16, "-1.0e+16"),
        (1.5e20, "1.5e+20"),
        (123456789012345680.0, "1.2345678901234568e+17"),
        (1e100, "1.0e+100"),
        (0.0001, "0.0001"),
        (0.00012345, "0.00012345"),
        (0.00001, "1.0e-05"),
        (0.000012345, "1.2345e-05"),
        (1e-10, "1.0e-10"),
        (5e-324, "5.0e-324"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        (math.nan, "NaN"),
    ],
)
def test_floats_are_printed_as_ruby_does(number, text):
    assert float_text(number) == text


@pytest.mark.parametrize(
    ("number", "decimals", "text"),
    [
        (12.0, 2, "12.00"),
        (2.675, 2, "2.67"),
        (0.5, 0, "0"),
        (1.5, 0, "2"),
        (2.5, 0, "2"),
        (-0.4, 0, "-0"),
        (1e16, 1, "10000000000000000.0"),
        (0.1, 20, "0.10000000000000000555"),
        (12.34, -3, "12"),
        (1.0, 10**9, "1." + "0" * 64),
        (math.inf, 2, "Infinity"),
        (-math.inf, 2, "-Infinity"),
        (math.nan, 2, "NaN"),
    ],
)
def test_round_prints_as_printf_does(number, decimals, text):
    assert fixed_text(number, decimals) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(24, "24"), (-3, "-3"), (24.9, "24.9"), (24.0, "24.0"), (1e16, "1.0e+16"), (1e-5, "1.0e-05")],
)
def test_a_json_number_is_stored_as_this_text(number, text):
    assert json_number_text(number) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("51.5", "51.5"),
        ("51.500", "51.5"),
        ("40", "40.0"),
        ("040", "40.0"),
        ("-0.12", "-0.12"),
        ("+5", "5.0"),
        ("0", "0.0"),
        ("-0", "0.0"),
        ("-0.00000000001", "0.0"),
        ("0.00000000005", "0.0000000001"),
        ("1.12345678901", "1.123456789"),
        ("1.12345678989", "1.1234567899"),
        ("99999.9999999999", "99999.9999999999"),
        ("100000", "99999.9999999999"),
        ("-100000", "-99999.9999999999"),
        ("9" * 1000, "99999.9999999999"),
        ("1e2", "100.0"),
        ("1e-2", "0.01"),
        ("1e99999", "99999.9999999999"),
        ("1e-99999", "0.0"),
        ("0." + "1" * 1000, "0.1111111111"),
        (".5", "0.5"),
        ("5.", "5.0"),
        ("12abc", "12.0"),
        ("51,5", "51.0"),
        ("abc", "0.0"),
        ("nan", "0.0"),
        ("inf", "0.0"),
        (" 51.5\r\n", "51.5"),
        ("", None),
        ("  ", None),
        (50.1, "50.1"),
        (-4, "-4.0"),
        (1e-7, "0.0000001"),
    ],
)
def test_a_coordinate_is_a_decimal_with_up_to_ten_places(value, text):
    assert coordinate(value) == text
