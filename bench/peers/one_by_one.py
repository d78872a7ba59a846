"""A small time series server in the manner of many home-made ones, fakufaku/timeseries-api among
them: Flask, a fresh SQLite connection for each request, a transaction for each point.
"""

import sqlite3
import sys
import time
from contextlib import closing

from flask import Flask, request
from waitress import serve

FIELDS = [f"field{number}" for number in range(1, 9)]

app = Flask(__name__)
file = sys.argv[2] if len(sys.argv) > 2 else ""


@app.get("/point/new")
def new_point():
    with closing(sqlite3.connect(file, timeout=30)) as connection:
        values = [time.time(), *map(request.args.get, FIELDS)]
        cursor = connection.execute(f"INSERT INTO points VALUES (NULL{', ?' * 9})", values)
        connection.commit()
        return str(cursor.lastrowid)


if __name__ == "__main__":
    with closing(sqlite3.connect(file)) as made:
        made.execute(f"CREATE TABLE points (id INTEGER PRIMARY KEY, time, {', '.join(FIELDS)})")
    serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=4, _quiet=True)
