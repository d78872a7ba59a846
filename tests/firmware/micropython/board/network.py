"""WiFi that is there after two seconds."""

STA_IF = 0


class WLAN:
    def __init__(self, interface):
        assert interface == STA_IF
        self.is_active, self.asked = False, None

    def active(self, is_active):
        self.is_active = is_active

    def connect(self, name, password):
        assert self.is_active
        assert type(name) is type(password) is str
        self.asked = 0

    def isconnected(self):
        self.asked += 1
        return self.asked > 2
