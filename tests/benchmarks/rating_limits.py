"""What bounds the rating server's figures: the web server and Flask alone, and a disk that is slow to confirm."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from fault_support import ServerProcess

WAITS_MS = (1, 10)  # to confirm: what a plain solid-state disk takes, and one that turns
EMPTY = """\
import socket, sys
from flask import Flask, jsonify, request
from webtest.server import Server
app = Flask("empty")

@app.get("/healthz")
def healthz():
    return jsonify(status="ok")

@app.post("/<path:path>")
def post(path):
    request.get_data()
    return jsonify(nothing="x" * 1000), 201

Server(app, socket.socket(fileno=int(sys.argv[1]))).run()
"""  # answers as long as a page's
SLOW = """\
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
static int slowly(const char *name, int file) {
    struct timespec wait = {0, WAIT_MS * 1000000L};
    nanosleep(&wait, 0);
    return ((int (*)(int)) dlsym(RTLD_NEXT, name))(file);
}
int fsync(int file) { return slowly("fsync", file); }
int fdatasync(int file) { return slowly("fdatasync", file); }
"""


def stores_nothing(folder: Path) -> ServerProcess:
    """Return the embedded web server with a Flask application that reads what comes and answers it."""
    return ServerProcess([sys.executable, "-c", EMPTY, "{fd}"], {}, folder / "empty.log")


def slow_disk(folder: Path, wait_ms: int) -> dict[str, str] | None:
    """Return an environment in which a disk takes longer to confirm; None without a C compiler on Linux."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        return None
    source, library = folder / "slow.c", folder / f"slow_{wait_ms}_ms.so"
    source.write_text(SLOW, encoding="utf-8")
    words = [compiler, "-shared", "-fPIC", f"-DWAIT_MS={wait_ms}", "-o", str(library), str(source), "-ldl"]
    subprocess.run(words, check=True)
    return {"LD_PRELOAD": str(library)}
