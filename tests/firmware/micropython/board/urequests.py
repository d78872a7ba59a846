"""As much of urequests as a sketch uses, written as it is there: plain HTTP/1.0 over a socket."""

import socket


class Response:
    def __init__(self, status_code, content):
        self.status_code = status_code
        self.content = content
        self.is_open = True

    @property
    def text(self):
        assert self.is_open
        return str(self.content, "utf-8")

    def close(self):
        self.is_open = False


def get(url):
    protocol, _, host, path = url.split("/", 3)
    if protocol != "http:":
        raise ValueError("Unsupported protocol: " + protocol)
    host, _, port = host.partition(":")
    connection = socket.socket()
    connection.connect((host, int(port or 80)))
    connection.sendall(f"GET /{path} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
    answer = b"".join(iter(lambda: connection.recv(4096), b""))
    connection.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return Response(int(head.split(None, 2)[1]), body)
