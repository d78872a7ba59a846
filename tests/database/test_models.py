"""What models tell beside their columns."""

import pytest

from thingclone.database.models import Field


@pytest.mark.parametrize(
    ("label", "title", "unit"),
    [
        ("Temperature (°C)", "Temperature", "°C"),
        ("Humidity [%]", "Humidity", "%"),
        (" PM 2.5  ( µg/m³ ) ", "PM 2.5", "µg/m³"),
        ("Temperature", "Temperature", ""),
        ("(°C)", "(°C)", ""),
        ("Door (front) state", "Door (front) state", ""),
        ("Room (where the cat sleeps)", "Room (where the cat sleeps)", ""),
        ("a ()", "a ()", ""),
    ],
)
def test_a_label_may_hold_a_unit(label, title, unit):
    field = Field(3, label)
    assert (field.name, field.title, field.unit) == ("field3", title, unit)
