"""MACs: the names by which boards know themselves.

A MAC must be text, kept as it was sent. It need not be hexadecimal: tutorials send
`6c:rf:7f:2b:0e:g8`, other boards their chip id, others the room that they stand in.
"""

LONGEST = 100

_SEPARATORS = str.maketrans("", "", ":-.")


def given(mac: object) -> object:
    """The MAC that a parameter of a request names, or None."""
    if type(mac) is int:
        return str(mac)  # a chip id in JSON
    return None if mac == "" else mac


def normal(mac: object) -> str:
    """The form in which MACs are compared: without case, separators and blanks around."""
    return str(mac).translate(_SEPARATORS).strip().casefold()


def fault(mac: object) -> str | None:
    """Why this cannot be the MAC of a device, in words. None if it can."""
    if not isinstance(mac, str):
        return "a MAC must be text"
    if not normal(mac):
        return "a MAC must have something besides : - . and blanks"
    if len(mac) > LONGEST:
        return f"a MAC must have at most {LONGEST} characters"
    if not mac.isprintable() or "\ufffd" in mac:
        return "a MAC must be UTF-8 without control characters"
    return None
