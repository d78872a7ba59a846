"""No answer, however damaged, throws the library off: sanitizers watch it."""

import random

import pytest

from tests.firmware.arduino.puppet import RESULTS, answer

ENTRY = (
    b'{"created_at":"2024-05-01T12:00:00Z","entry_id":5,"field1":"2\\u00e9\\"1.5","status":null}'
)
CHUNKS = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{"en\r\n3\r\ntry\r\n0\r\n\r\n'
ANSWERS = [
    answer(b"317", b"200 OK", b"Date: Wed, 01 May 2024 12:00:00 GMT", b"Connection: close"),
    answer(b"-1", b"200 OK", b"X-ThingClone-Reason: channel 1 has no such entry"),
    answer(b"0", b"400 Bad Request", b"X-ThingClone-Reason: " + b"why? " * 60),
    answer(b"<html>", b"302 Found", b"Location: http://login.test/", b"Content-Type: text/html"),
    answer(ENTRY),
    CHUNKS,
]
SPICE = [b"\0", b"\n", b"\r\n\r\n", b":", b"-1", b"99999999999999999999", b"\\u", b'"', b"\xff"]


def damaged(whole: bytes, chance: random.Random) -> bytes:
    """An answer with pieces missing, doubled and strewn in."""
    for _ in range(chance.randrange(4)):
        place, end = sorted(chance.choices(range(len(whole) + 1), k=2))
        whole = chance.choice(
            [
                whole[:place],
                whole[:place] + whole[end:],
                whole[:place] + chance.choice(SPICE) + whole[place:],
                whole[:end] + whole[place:],
            ]
        )
    return whole


@pytest.mark.parametrize("seed", range(12))
def test_damaged_answers_do_no_harm(board, seed):
    chance = random.Random(seed)
    board.tell("keepLaterIn")
    board.tell("timeout", 1000)
    for _ in range(40):
        board.do("setField", "int", 1, 1)
        board.do("writeLater")
        board.do("setField", "int", 1, 2)
        for words in (
            ("write", "WRITEKEY00000001"),
            ("readField", chance.choice((1, 2, 16)), 1, 1),
            ("readFloat", 1, 1),
            ("readLast", 1),
            ("nextCommand", 16, 1, "TALKBACKKEY00001"),
            ("sendKept", 1, "WRITEKEY00000001"),
        ):
            pieces = [damaged(chance.choice(ANSWERS), chance) for _ in range(2)]
            board.hear(*pieces, *chance.choice(([], [None])))
            began = board.ask("millis")
            result = int(board.tell(*words).split()[0])
            assert result in RESULTS
            assert board.ask("millis") - began < 2100
            board.tell("explain")
