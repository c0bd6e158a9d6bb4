"""docker-compose.yml, Dockerfile and .env.example agree with the code that they start."""

import ast
import importlib.util
import re
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from config import container_health

PROJECT = Path(__file__).resolve().parent.parent
TEXT = (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
OURS = ["migrate", "web", "worker", "beat"]


def test_the_five_services_of_production_are_there():
    assert {"web", "worker", "beat", "db", "redis"} <= set(SERVICES)


@pytest.mark.parametrize("name", ["web", "worker", "beat", "db", "redis"])
def test_every_service_tells_its_health(name):
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert {"interval", "timeout", "retries"} <= set(check)


@pytest.mark.parametrize("name", OURS)
def test_commands_refer_to_modules_that_exist(name):
    command = SERVICES[name]["command"]
    if "-m" in command:
        assert importlib.util.find_spec(command[command.index("-m") + 1]) is not None
    if "manage.py" in command:
        assert command[command.index("manage.py") + 1] in get_commands()
    if "gunicorn" in command:
        module = command[command.index("gunicorn") + 1]
        tree = ast.parse((PROJECT / Path(*module.split("."))).with_suffix(".py").read_text())
        targets = [t.id for n in tree.body if isinstance(n, ast.Assign) for t in n.targets]
        assert "application" in targets
    if "celery" in command:
        assert command[command.index("--app") + 1] == "config"
        assert command[command.index("--app") + 2] in {"worker", "beat"}


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_health_checks_are_ours_and_exist(name):
    assert SERVICES[name]["healthcheck"]["test"][1:] == ["python", "-m", "config.container_health", name]
    assert name in container_health.CHECKS


@pytest.mark.parametrize("name", OURS)
def test_services_wait_for_services_that_exist(name):
    for other, wanted in SERVICES[name]["depends_on"].items():
        assert other in SERVICES
        if wanted["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other]


@pytest.mark.parametrize("name", ["web", "worker"])
def test_web_and_worker_can_be_scaled(name):
    """A fixed container name or one fixed port on the host would refuse a second process."""
    assert "container_name" not in SERVICES[name]
    assert all("-" in port for port in SERVICES[name].get("ports", []))


def test_secrets_come_from_the_environment_and_are_required():
    for secret in ("DJANGO_SECRET_KEY", "DJANGO_ALLOWED_HOSTS", "POSTGRES_PASSWORD"):
        used = re.findall(rf"\${{{secret}([^}}]*)}}", TEXT)
        assert used
        assert all(hint.startswith(":?") and len(hint) > 10 for hint in used)


def test_every_variable_is_named_in_the_example_without_a_value():
    example = (PROJECT / ".env.example").read_text(encoding="utf-8")
    for variable in set(re.findall(r"\${(\w+)", TEXT)) - {"SCORECARDS_VERSION"}:
        assert re.search(rf"^#?{variable}=", example, re.MULTILINE), variable
    assert re.search(r"^(DJANGO_SECRET_KEY|POSTGRES_PASSWORD)=.+", example, re.MULTILINE) is None


def test_the_services_settings_are_settings_that_exist():
    known = (PROJECT / "config" / "settings.py").read_text(encoding="utf-8")
    for variable in set(SERVICES["web"]["environment"]) - {"TZ"}:
        assert f'"{variable}"' in known, variable


def test_the_image_runs_without_root_and_holds_no_tests():
    lines = (PROJECT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("USER ")] == ["USER scorecards"]
    ignored = (PROJECT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".env", ".venv", "var", "tests"} <= set(ignored)


def test_web_is_unhealthy_when_nothing_answers(monkeypatch):
    monkeypatch.setattr(container_health, "WEB_PORT", 9)
    assert container_health.web() is False


def test_beat_is_unhealthy_without_a_fresh_schedule(monkeypatch, tmp_path):
    monkeypatch.setattr(container_health, "BEAT_SCHEDULE", tmp_path / "beat-schedule")
    assert container_health.beat() is False
    (tmp_path / "beat-schedule.db").touch()
    assert container_health.beat() is True
