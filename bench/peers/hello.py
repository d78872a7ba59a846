"""The smallest Bottle app on stock waitress: what a request costs that does nothing."""

import sys

from bottle import Bottle
from waitress import serve

app = Bottle()


@app.get("/")
def hello():
    return "hello world"


if __name__ == "__main__":
    serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=4, _quiet=True)
