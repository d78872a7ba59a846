"""`thingclone doctor`: is everything well here, and what is to be done if not."""

import errno
import socket
from collections.abc import Iterator
from dataclasses import asdict
from http.client import HTTPException
from urllib.request import urlopen

import click

from thingclone.cli.options import json_option, on_unopened_database, setting_option, show
from thingclone.database import database, health
from thingclone.database.health import OK, PROBLEM, WARNING, Finding
from thingclone.formats import times

PATIENCE = 5.0  # seconds that a server may take to answer


@click.command()
@setting_option("host")
@setting_option("port")
@json_option
@on_unopened_database
def doctor(host, port, as_json):
    """Look at the database, the disk, the clock and the port, and say what to do.

    Ends with status 0 unless there is a problem; warnings are none.

    \b
    Example:
      thingclone doctor --port 80
    """
    found = [*health.findings(times.now()), _port(host, port)]
    problems = sum(finding.state == PROBLEM for finding in found)
    warnings = sum(finding.state == WARNING for finding in found)
    document = {
        "problems": problems,
        "warnings": warnings,
        "findings": [asdict(finding) for finding in found],
    }
    show(as_json, document, "\n".join(_lines(found)))
    raise SystemExit(1 if problems else 0)


def _lines(found: list[Finding]) -> Iterator[str]:
    width = max(len(finding.name) for finding in found)
    for finding in found:
        yield f"{finding.state:<7}  {finding.name:<{width}}  {finding.text}"
        if finding.advice:
            yield f"{'':7}  {'':{width}}  -> {finding.advice}"


def _port(host: str, port: int) -> Finding:
    """Whether a server could listen there, or ours does."""
    try:
        _listen(host, port)
    except OSError as error:
        return _unavailable(host, port, error)
    process = database.server()
    if process:
        return Finding(
            "port",
            WARNING,
            f"process {process} serves the database, but not on port {port}",
            "say which port it has: --port",
        )
    return Finding("port", OK, f"port {port} is free")


def _listen(host: str, port: int):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()


def _unavailable(host: str, port: int, error: OSError) -> Finding:
    if error.errno == errno.EADDRINUSE:
        if _is_ours(host, port):
            return Finding("port", OK, f"ThingClone answers on port {port}")
        return Finding(
            "port",
            PROBLEM,
            f"another program listens on port {port}, or ThingClone does not answer",
            f"see which: sudo ss -ltnp 'sport = :{port}'; or serve on another one: --port",
        )
    if error.errno == errno.EACCES:
        return Finding(
            "port",
            PROBLEM,
            f"port {port} is not for every user: ports below 1024 are root's",
            f"sudo sysctl net.ipv4.ip_unprivileged_port_start={port}, or see docs/running.md",
        )
    return Finding(
        "port",
        PROBLEM,
        f"nobody can listen on {host} port {port}: {error.strerror}",
        "name an address of this machine: --host; 0.0.0.0 are all of them",
    )


def _is_ours(host: str, port: int) -> bool:
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    address = f"[{address}]" if ":" in address else address
    try:
        with urlopen(f"http://{address}:{port}/healthz", timeout=PATIENCE) as answer:
            return answer.read(100) == b"alive\n"
    except (OSError, HTTPException):
        return False
