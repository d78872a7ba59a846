"""A workshop for sketches, and a board on strings."""

import pytest

from tests.firmware.arduino.puppet import Puppet
from tests.firmware.arduino.sketches import HERE, Workshop


@pytest.fixture(scope="session")
def workshop(tmp_path_factory):
    return Workshop(tmp_path_factory.mktemp("workshop"))


@pytest.fixture(scope="session")
def puppet_program(workshop):
    return workshop.link("puppet", HERE / "puppet.cpp")


@pytest.fixture
def puppet(puppet_program):
    """A board that has not begun yet."""
    puppet = Puppet(puppet_program)
    yield puppet
    puppet.end()


@pytest.fixture
def board(puppet):
    """A board whose server says what the test writes."""
    assert puppet.do("begin") == "THING_OK"
    return puppet
