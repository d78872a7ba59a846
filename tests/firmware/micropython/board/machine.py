"""A sensor that always says the same."""


class ADC:
    def __init__(self, place):
        assert place == 0

    def read_u16(self):
        return 32768
