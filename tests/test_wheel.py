"""The wheel holds all it needs: installed into a clean environment, it serves the page and mixes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from evalkit.study import Study

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.slow
CLEAN = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}


def run(*words: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [str(word) for word in words], cwd=cwd, env=CLEAN, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and install it with its mixing extra; return the new environment's bin folder."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder / "dist", ROOT, cwd=folder)
    (wheel,) = (folder / "dist").glob("*.whl")
    run(sys.executable, "-m", "venv", folder / "env", cwd=folder)
    pip = [folder / "env" / "bin" / "python", "-m", "pip", "install", "--quiet"]
    run(*pip, "--constraint", ROOT / ".ci" / "constraints.txt", f"{wheel}[mixing]", cwd=folder)
    return folder / "env" / "bin"


def test_the_wheel_mixes_with_the_shipped_weights(installed: Path, tmp_path: Path) -> None:
    run(installed / "evalkit", "data", "simulate", "--preset", "tiny", "--out", "data", cwd=tmp_path)
    for task in ("dry", "wet"):
        words = ["mix", "data/manifest.jsonl", "--system", "wave_u_net", "--task", task, "--out", task]
        run(installed / "evalkit", *words, cwd=tmp_path)
        assert list((tmp_path / task).glob("*.wav"))
    where = run(installed / "python", "-c", "import stimuli; print(stimuli.__file__)", cwd=tmp_path)
    assert not Path(where.strip()).is_relative_to(ROOT)


@pytest.fixture
def address(installed: Path, make_built_study: Callable[..., Study]) -> Iterator[str]:
    """Serve a small study from the installed wheel; yield its address."""
    folder = make_built_study().folder
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [str(installed / "evalkit"), "serve", str(folder), "--port", str(port)],
        cwd=folder.parent, env={**CLEAN, "PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stdout is not None
    try:
        line = next((line for line in server.stdout if "http://" in line), "no address was printed")
        yield line[line.index("http://") :].split()[0].rstrip("/.,")
    finally:
        server.terminate()
        server.wait(timeout=20)
        server.stdout.close()


def test_the_wheel_serves_the_page_with_its_script_and_style(address: str) -> None:
    with urllib.request.urlopen(f"{address}/", timeout=20) as answer:
        html = answer.read().decode()
    static = [part.split('"')[0] for part in html.split('"/static/')[1:]]
    assert any(name.endswith(".js") for name in static) and any(name.endswith(".css") for name in static)
    for name in static:
        with urllib.request.urlopen(f"{address}/static/{name}", timeout=20) as answer:
            assert answer.status == 200 and answer.read()
