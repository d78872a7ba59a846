"""Load, by wrk: so many clients ask as fast as they are answered."""

import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

# Each client sends one request after the other out of `paths`; what came of it is one JSON line.
_SCRIPT = """
local paths = {%(paths)s}
local requests, turn = {}, 0
function init()
  for number, path in ipairs(paths) do
    requests[number] = wrk.format(%(method)s, path, {%(headers)s}, %(body)s)
  end
end
function request()
  turn = turn %% #requests + 1
  return requests[turn]
end
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %%d, "microseconds": %%d, "refused": %%d, "failed": %%d, "p99": %%d}\\n',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(99)))
end
"""


@dataclass(frozen=True)
class Outcome:
    """What came of a load: answers, answers a second, failures, milliseconds."""

    count: int
    rate: float
    failures: int
    p99: float


def load(
    port: int,
    *paths: str,
    clients: int = 16,
    seconds: float = 3,
    keep_alive: bool = True,
    method: str = "GET",
    body: str | None = None,
) -> Outcome:
    """Ask this port of this machine for the paths, in turn."""
    script = _SCRIPT % {
        "paths": ", ".join(map(json.dumps, paths)),
        "method": json.dumps(method),
        "headers": "" if keep_alive else '["Connection"] = "close"',
        "body": "nil" if body is None else json.dumps(body),
    }
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        command = [
            "wrk",
            "-t",
            "1",
            "-c",
            str(clients),
            "-d",
            f"{seconds:.0f}s",
            "--timeout",
            "10s",
        ]
        command += ["-s", file.name, f"http://127.0.0.1:{port}"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    result = json.loads(done.stdout.splitlines()[-1])
    return Outcome(
        count=result["requests"],
        rate=result["requests"] / result["microseconds"] * 1e6,
        failures=result["refused"] + result["failed"],
        p99=result["p99"] / 1000,
    )


def resident_megabytes(process_id: int) -> float:
    """The memory that a process holds just now."""
    status = Path(f"/proc/{process_id}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
