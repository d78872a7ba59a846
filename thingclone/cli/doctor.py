"""`thingclone doctor`."""

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

PATIENCE = 5.0  # seconds to wait for a server's answer


@click.command()
@setting_option("host")
@setting_option("port")
@json_option
@on_unopened_database
def doctor(host, port, as_json):
    """Check database, disk, clock and port, and suggest fixes.

    Exits with status 1 if it finds a problem. Warnings leave the status at 0.

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
    """Check that the port is free, or that ThingClone answers on it."""
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
            "give the port it uses with --port",
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
            f"find the program: sudo ss -ltnp 'sport = :{port}', or choose another --port",
        )
    if error.errno == errno.EACCES:
        return Finding(
            "port",
            PROBLEM,
            f"this user may not use port {port}: ports below 1024 belong to root",
            f"sudo sysctl net.ipv4.ip_unprivileged_port_start={port}, or see docs/running.md",
        )
    return Finding(
        "port",
        PROBLEM,
        f"cannot listen on {host} port {port}: {error.strerror}",
        "give an address of this machine with --host, or 0.0.0.0 for all of them",
    )


def _is_ours(host: str, port: int) -> bool:
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    address = f"[{address}]" if ":" in address else address
    try:
        with urlopen(f"http://{address}:{port}/healthz", timeout=PATIENCE) as answer:
            return answer.read(100) == b"alive\n"
    except (OSError, HTTPException):
        return False
