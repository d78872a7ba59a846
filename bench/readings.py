"""What is written everywhere in the bench: the readings of a small weather station, as text of two
to six characters.
"""

# field -> (lowest, how many steps above it there are, decimals)
_SENSORS = {
    "field1": (180, 80, 1),  # temperature, 18.0 to 25.9
    "field2": (35, 30, 0),  # humidity
    "field3": (9900, 400, 1),  # pressure, 990.0 to 1029.9
    "field4": (0, 100, 1),  # wind
    "field5": (0, 360, 0),  # where it comes from
    "field6": (0, 10, 1),  # rain
    "field7": (0, 1000, 0),  # light
    "field8": (360, 60, 2),  # volts of the battery, 3.60 to 4.19
}
FIELDS = tuple(_SENSORS)


def reading(number: int) -> dict[str, str]:
    """The values of one entry, by field."""
    return {
        name: f"{(lowest + number * 37 % steps) / 10**decimals:.{decimals}f}"
        for name, (lowest, steps, decimals) in _SENSORS.items()
    }


def reading_in_sql(number: str) -> str:
    """The same as expressions for SQLite, where `number` names the number of the entry."""
    return ", ".join(
        f"printf('%.{decimals}f', ({lowest} + {number} * 37 % {steps}) / {10.0**decimals})"
        for lowest, steps, decimals in _SENSORS.values()
    )
