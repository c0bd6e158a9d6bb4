"""The systemd units: what systemd itself says of them, and that they start what docker-compose.yml starts."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
UNITS = sorted((PROJECT / "config" / "deployment" / "systemd").glob("*.service"))
GUIDE = (PROJECT / "docs" / "deployment" / "without-containers.md").read_text(encoding="utf-8")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze on this machine")
def test_systemd_understands_every_line(tmp_path):
    """The program's place, the user and the settings' file are not there where tests run: this Python stands for it."""
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace("/srv/scorecards/.venv/bin/python", "/bin/true")
        (tmp_path / unit.name.replace("@.", "@1.")).write_text(text.replace("/srv/scorecards\n", "/\n"))
    command = ["systemd-analyze", "verify", "--man=no", *sorted(map(str, tmp_path.iterdir()))]
    said = subprocess.run(command, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})
    about_us = [line for line in said.stderr.splitlines() if "scorecards-" in line]
    assert about_us == []
    (tmp_path / "scorecards-beat.service").write_text("[Service]\nExecStart=/bin/true\nRestrat=always\n")
    said = subprocess.run(command, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})
    assert "Restrat" in said.stderr  # a control


def test_they_start_what_compose_starts():
    commands = {
        unit.stem: re.findall(r"^ExecStart=\S+ (.+)$", unit.read_text(), re.MULTILINE) for unit in UNITS
    }
    assert set(commands) == {f"scorecards-{name}" for name in ("migrate", "web", "worker@", "beat")}
    assert commands["scorecards-web"] == ["-m gunicorn config.wsgi --config python:config.serving"]
    assert commands["scorecards-migrate"][0] == "manage.py migrate --no-input"
    assert "-m celery --quiet --app config worker " in commands["scorecards-worker@"][0]
    assert "-m celery --quiet --app config beat " in commands["scorecards-beat"][0]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_none_runs_as_root_or_may_write_elsewhere(unit):
    text = unit.read_text(encoding="utf-8")
    assert {"User=scorecards", "ProtectSystem=strict", "NoNewPrivileges=yes"} <= set(text.splitlines())


def test_the_guide_names_every_unit():
    assert all(unit.stem.removesuffix("@") in GUIDE for unit in UNITS)
