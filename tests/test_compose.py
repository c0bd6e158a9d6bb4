"""docker-compose.yml, Dockerfile and .env.example agree with the code that they start."""

import ast
import importlib.util
import json
import re
from importlib import resources
from pathlib import Path

import pytest
import yaml
from check_jsonschema import builtin_schemas
from django.core.management import get_commands
from jsonschema.validators import validator_for

from config import container_health, environment

PROJECT = Path(__file__).resolve().parent.parent
TEXT = (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
OURS = ["migrate", "web", "worker", "beat"]


def test_the_services_of_production_are_there():
    assert set(SERVICES) == {"migrate", "web", "worker", "beat", "proxy", "db", "redis", "clamd", "s3"}


def test_the_file_keeps_to_the_schema_of_compose():
    schema = json.loads(
        (resources.files(builtin_schemas) / "vendor" / "compose-spec.json").read_text(encoding="utf-8")
    )
    validator = validator_for(schema)(schema)
    validator.validate(COMPOSE)
    wrong = COMPOSE | {"services": SERVICES | {"web": SERVICES["web"] | {"healthchek": {}}}}
    assert not validator.is_valid(wrong)  # a control


def test_what_is_optional_is_behind_a_profile():
    assert {name for name, one in SERVICES.items() if "profiles" in one} == {"clamd", "s3"}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
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
        assert "--quiet" in command  # its banner is no line of JSON
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


def test_secrets_come_from_the_environment_or_from_files_and_have_no_default():
    """What is missing is refused by the application itself, which tests/test_environment.py shows."""
    given = SERVICES["web"]["environment"]
    for name in ("DJANGO_SECRET_KEY", "DATABASE_PASSWORD", "EMAIL_URL", "S3_SECRET_ACCESS_KEY"):
        assert re.fullmatch(r"\${\w+:-}", given[name])
        assert re.fullmatch(r"\${\w+_FILE:-}", given[f"{name}_FILE"])


def test_the_proxy_says_which_setting_it_lacks():
    assert SERVICES["proxy"]["environment"]["PROXY_ADDRESS"].startswith("${PROXY_ADDRESS:?set ")


def test_every_variable_is_named_in_the_example_without_a_value():
    example = (PROJECT / ".env.example").read_text(encoding="utf-8")
    for variable in set(re.findall(r"\${(\w+)", TEXT)) - {"SCORECARDS_VERSION"}:
        assert re.search(rf"^#?{variable}=", example, re.MULTILINE), variable
    assert re.search(r"^(DJANGO_SECRET_KEY|POSTGRES_PASSWORD)=.+", example, re.MULTILINE) is None


NOT_IN_CONTAINERS = {"STATIC_DIR", "WEB_BIND", "DJANGO_DEBUG"}  # the image settles them


def test_the_services_take_every_setting_and_no_other():
    given = {name.removesuffix("_FILE") for name in SERVICES["web"]["environment"]} - {"TZ"}
    assert given == environment.KNOWN - NOT_IN_CONTAINERS


def test_every_service_of_ours_has_the_same_settings():
    assert all(SERVICES[name]["environment"] == SERVICES["web"]["environment"] for name in OURS)


def test_the_proxy_lets_the_largest_file_pass_and_little_more(settings):
    caddy = (PROJECT / "config" / "deployment" / "Caddyfile").read_text(encoding="utf-8")
    nginx = (PROJECT / "config" / "deployment" / "nginx.conf").read_text(encoding="utf-8")
    (limit,) = re.findall(r"max_size (\d+)MiB", caddy)
    assert re.findall(r"client_max_body_size (\d+)m;", nginx) == [limit]
    assert settings.EVIDENCE_MAX_BYTES < int(limit) * 1024**2 < 1.5 * settings.EVIDENCE_MAX_BYTES
    assert int(limit) * 1024**2 == settings.REQUEST_MAX_BYTES


def test_proxies_add_no_header_that_the_application_sends_itself():
    for name in ("Caddyfile", "nginx.conf"):
        text = (PROJECT / "config" / "deployment" / name).read_text(encoding="utf-8")
        assert not re.search(r"add_header|^\s*header\b", text, re.MULTILINE)


def test_the_bucket_of_the_s3_service_is_the_one_that_evidence_is_kept_in():
    service, given = SERVICES["s3"], SERVICES["web"]["environment"]
    assert "/data/$$EVIDENCE_BUCKET" in service["command"][-1]
    assert service["environment"]["EVIDENCE_BUCKET"] == given["EVIDENCE_BUCKET"]
    assert service["environment"]["S3_SECRET_ACCESS_KEY_FILE"] == given["S3_SECRET_ACCESS_KEY_FILE"]
    assert ":" in service["image"].rpartition("/")[2]  # pinned
    assert not service["image"].endswith(":latest")


def test_the_image_runs_without_root_and_holds_no_tests():
    lines = (PROJECT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("USER ")] == ["USER scorecards"]
    ignored = (PROJECT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".env", ".venv", "var", "tests"} <= set(ignored)


def test_web_is_unhealthy_when_nothing_answers(monkeypatch):
    monkeypatch.setenv("WEB_BIND", "127.0.0.1:9")
    assert container_health.web() is False


def test_beat_is_unhealthy_without_a_fresh_schedule(monkeypatch, tmp_path):
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    assert container_health.beat() is False
    (tmp_path / "beat-schedule.db").touch()
    assert container_health.beat() is True
