"""The house rules that a machine can check: arrows between the apps, purity of the scoring core, sizes, names.

Plain ast: nothing is imported, so a broken module fails its own tests and not these.
"""

import ast
import sys
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
APPS = ["indicators", "scorecards", "evidence", "reports", "config"]  # from the ground up
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "mixins", "mixin", "misc"}
TOP_LEVEL = {*APPS, "templates", "static", "tests", "docs", "locale", "var", "benchmarks"}

MODULE_LINES, TEST_MODULE_LINES = 400, 600
FUNCTION_LINES, VIEW_LINES = 50, 30
NESTING, PARAMETERS = 3, 6
PAGE_LINES, PARTIAL_LINES = 150, 60
TEMPLATE_LINE = 200


def modules(*folders):
    """Python files of these folders, without migrations."""
    found = [path for folder in folders for path in sorted((PROJECT / folder).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


def name_of(path):
    return str(path.relative_to(PROJECT))


@cache
def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def functions_of(path):
    return [
        node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def imports_of(path):
    """(line, dotted module) of every import in the file, wherever it stands; relative ones made absolute."""
    package = path.relative_to(PROJECT).with_suffix("").parts
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level] if node.level else ()
            yield node.lineno, ".".join([*above, *([node.module] if node.module else [])])
        elif isinstance(node, ast.Call) and called_name(node) in {
            "import_module",
            "import_string",
            "__import__",
        }:
            yield from ((node.lineno, text.value) for text in node.args[:1] if isinstance(text, ast.Constant))


def called_name(call):
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def app_of(dotted):
    head = str(dotted).partition(".")[0]
    return head if head in APPS else None


@pytest.mark.parametrize("app", APPS)
def test_imports_only_go_down(app):
    above = set(APPS[APPS.index(app) + 1 :])
    wrong = [
        f"{name_of(path)}:{line} imports {dotted}"
        for path in modules(app)
        for line, dotted in imports_of(path)
        if app_of(dotted) in above
    ]
    assert wrong == []


@pytest.mark.parametrize("app", APPS[:-1])
def test_apps_import_no_other_app_inside_a_function(app):
    """An import hidden in a function is how a circle begins; ready() of apps.py is where Django asks for it."""
    wrong = []
    for path in modules(app):
        for function in functions_of(path):
            if path.name == "apps.py" and function.name == "ready":
                continue
            inside = [node for node in ast.walk(function) if isinstance(node, ast.ImportFrom | ast.Import)]
            names = [n.module if isinstance(n, ast.ImportFrom) else n.names[0].name for n in inside]
            wrong += [
                f"{name_of(path)}:{function.lineno} {name}"
                for name in names
                if app_of(name) not in (None, app)
            ]
    assert wrong == []


def test_the_root_of_scorecards_stands_on_none_of_its_packages():
    """It can be read first and alone; words and lists are put the same way everywhere (presenting)."""
    packages = {path.parent.name for path in (PROJECT / "scorecards").glob("*/__init__.py")}
    packages -= {"models", "migrations", "management", "templatetags", "presenting"}
    wrong = [
        f"{path.name}:{line} imports {dotted}"
        for path in modules("scorecards")
        if path.parent.name in {"scorecards", "models", "presenting"}
        if path.name not in {"apps.py", "tasks.py", "urls.py"}  # they put everything together
        for line, dotted in imports_of(path)
        if dotted.split(".")[:2] in [["scorecards", package] for package in packages]
    ]
    assert len(packages) > 5
    assert wrong == []


def test_scoring_imports_nothing_but_the_standard_library_and_itself():
    allowed = set(sys.stdlib_module_names)
    wrong = [
        f"{name_of(path)}:{line} imports {dotted}"
        for path in modules("indicators/scoring")
        for line, dotted in imports_of(path)
        if dotted.partition(".")[0] not in allowed and not dotted.startswith("indicators.scoring")
    ]
    assert modules("indicators/scoring")
    assert wrong == []


def test_scoring_never_computes_with_floats():
    """A float literal or a call of float() in the core would make a score inexact."""
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules("indicators/scoring")
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float")
    ]
    assert wrong == []


def test_no_module_is_named_after_nothing():
    wrong = [
        name_of(path) for path in modules(*APPS, "tests") if FORBIDDEN_NAMES & {path.stem, path.parent.name}
    ]
    assert wrong == []


def test_only_the_agreed_folders_hold_python():
    found = {
        path.name for path in PROJECT.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))
    }
    holding = {name for name in found if name not in TOP_LEVEL and any((PROJECT / name).rglob("*.py"))}
    assert holding == set()


def test_modules_are_short():
    def lines(path):
        return len(path.read_text(encoding="utf-8").splitlines())

    product = [f"{name_of(p)}: {lines(p)}" for p in modules(*APPS) if lines(p) > MODULE_LINES]
    tests = [f"{name_of(p)}: {lines(p)}" for p in modules("tests") if lines(p) > TEST_MODULE_LINES]
    assert product + tests == []


def test_public_functions_say_what_they_are_for():
    """Methods say it where their name does not; commands by their `help`."""
    wrong = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in modules(*APPS)
        if "commands" not in path.parts
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name[0] != "_"
        if not ast.get_docstring(node)
    ]
    assert wrong == []


def test_functions_are_short():
    wrong = []
    for path in modules(*APPS, "tests"):
        for function in functions_of(path):
            length = function.end_lineno - function.lineno + 1
            limit = VIEW_LINES if is_view(path, function) else FUNCTION_LINES
            if length > limit:
                wrong.append(f"{name_of(path)}:{function.lineno} {function.name}: {length} of {limit}")
    assert wrong == []


def is_view(path, function):
    names = [argument.arg for argument in function.args.args]
    return "views" in path.stem and names[:1] == ["request"]


def test_nothing_is_nested_deeper_than_three():
    wrong = [
        f"{name_of(path)}:{function.lineno} {function.name}: {depth_of(function)}"
        for path in modules(*APPS, "tests")
        for function in functions_of(path)
        if depth_of(function) > NESTING
    ]
    assert wrong == []


def depth_of(node):
    """How deep if, for, while, try, with and match stand inside each other; an elif stands beside its if."""
    branching = ast.If | ast.For | ast.AsyncFor | ast.While | ast.Try | ast.With | ast.AsyncWith | ast.Match
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue  # counted for itself
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        step = 1 if isinstance(child, branching) and not is_elif else 0
        deepest = max(deepest, step + depth_of(child))
    return deepest


def test_parameters_are_few_and_named():
    """At most six; those after the subject by keyword only. What Django calls by position is Django's to order."""
    wrong = []
    for path in modules(*APPS):
        for function in functions_of(path):
            arguments = function.args
            positional = [
                a.arg for a in arguments.posonlyargs + arguments.args if a.arg not in {"self", "cls"}
            ]
            if len(positional) + len(arguments.kwonlyargs) > PARAMETERS:
                wrong.append(f"{name_of(path)}:{function.lineno} {function.name}: too many")
    assert wrong == []


@pytest.mark.parametrize(
    "path", ["scorecards/workflow.py", "scorecards/reviewing/review.py", "indicators/publishing.py"]
)
def test_verbs_take_their_subject_and_then_keywords(path):
    public = [f for f in tree_of(PROJECT / path).body if isinstance(f, ast.FunctionDef) and f.name[0] != "_"]
    wrong = [f"{f.name}({', '.join(a.arg for a in f.args.args)})" for f in public if len(f.args.args) > 1]
    assert wrong == []


def test_templates_are_short():
    wrong = []
    for path in sorted((PROJECT / "templates").rglob("*.html")):
        limit = PARTIAL_LINES if path.name.startswith("_") else PAGE_LINES
        length = len(path.read_text(encoding="utf-8").splitlines())
        if length > limit:
            wrong.append(f"{name_of(path)}: {length} of {limit}")
    assert wrong == []


def test_lines_of_templates_are_short():
    """A page of few lines that nobody can read in a diff is no short page."""
    wrong = [
        f"{name_of(path)}:{number} {len(line)}"
        for path in sorted((PROJECT / "templates").rglob("*.*"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > TEMPLATE_LINE
    ]
    assert wrong == []


def test_the_rules_see_what_they_forbid(tmp_path, monkeypatch):
    """A control: the same functions on a module that breaks the rules."""
    bad = tmp_path / "indicators" / "scoring" / "bad.py"
    bad.parent.mkdir(parents=True)
    bad.write_text(
        "def f():\n    from scorecards import models\n    if 1:\n        for x in []:\n            while x:\n"
        "                with x:\n                    pass\n    __import__('reports.tasks')\n"
    )
    monkeypatch.setattr(f"{__name__}.PROJECT", tmp_path)
    assert [dotted for _, dotted in imports_of(bad)] == ["scorecards", "reports.tasks"]
    assert depth_of(functions_of(bad)[0]) == 4
    with pytest.raises(AssertionError, match=r"bad\.py"):
        test_imports_only_go_down("indicators")
    with pytest.raises(AssertionError, match=r"bad\.py"):
        test_scoring_imports_nothing_but_the_standard_library_and_itself()
