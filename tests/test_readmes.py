"""What a README, a document or a comment names is there, and a README names each module of its app.

Whoever moves a module finds here what still leads to its old place.
"""

import ast
import re
from functools import cache
from itertools import chain

import pytest
from django.core.management import get_commands

from tests.test_architecture import APPS, PROJECT, modules, name_of, tree_of

READMES = [PROJECT / "README.md", *(PROJECT / name / "README.md" for name in [*APPS, "tests", "docs"])]
DOCUMENTS = sorted({*READMES, *(PROJECT / "docs").rglob("*.md")})
SUFFIXES = "py|html|md|yaml|yml|json|js|css|txt"
PATH = re.compile(rf"\.?[\w@-]+(?:/[\w{{}},.*-]+)*(?:/|\.(?:{SUFFIXES}))|[\w-]+(?:/[\w.-]+)+")
WHOLE_PATH = re.compile(
    rf"(?<![\w/.*:-])(?:{'|'.join([*APPS, 'tests', 'docs', 'templates'])})/[\w/-]+\.(?:{SUFFIXES})\b"
)
MODULE_IN_A_COMMENT = re.compile(r"(?<![\w/.*<{-])[\w/]*\w\.py\b")
# Django and Celery say what these are, and every app has them.
NAMED_BY_DJANGO = {"apps.py", "urls.py", "wsgi.py", "tasks.py", "models.py"}
WHERE_DJANGO_LOOKS = {"management", "models", "templatetags"}


def lines_of(path):
    """(number, the package of its heading or the README's folder, what stands between backticks) of each line."""
    folder = path.parent
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("## "):
            package = re.match(r"## (\w+)/", line)
            folder = path.parent / package[1] if package else path.parent
        yield number, folder, re.findall(r"`([^`]+)`", line)


def each_of(name):
    """`{status,heat}.py` are several files."""
    braces = re.fullmatch(r"(.*)\{(.*)\}(.*)", name)
    return [f"{braces[1]}{one}{braces[3]}" for one in braces[2].split(",")] if braces else [name]


def places_of(names, folder, readme):
    """(name, the path that it means, or None) of the paths among these names, which stand in one line.

    A bare name stands in the package of its heading, beside or within what was named before it in the line, or above
    everything; a name with a folder is reckoned from the README or from the project.
    """
    before = [folder]
    for name in chain.from_iterable(each_of(name) for name in names if PATH.fullmatch(name)):
        around = [readme.parent, PROJECT, *before] if "/" in name else [*before, PROJECT]
        found = next((place / name for place in around if list(place.glob(name))), None)
        if found:
            before.append(found if found.is_dir() else found.parent)
        yield name, found


@pytest.mark.parametrize("readme", READMES, ids=name_of)
def test_the_files_that_a_readme_names_are_there(readme):
    seen = [
        (number, name, found)
        for number, folder, names in lines_of(readme)
        for name, found in places_of(names, folder, readme)
        if not name.startswith("var/")
    ]
    assert len(seen) > 2
    assert [f"{number}: {name}" for number, name, found in seen if not found] == []


@cache
def definitions():
    """{module or class: the names that it defines}; modules of one name are taken together."""
    found = {}
    for path in modules(*APPS):
        body = tree_of(path).body
        found.setdefault(path.stem, set()).update(defined_in(body))
        for node in body:
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, set()).update(defined_in(node.body))
    return found


def defined_in(body):
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (
                name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)
            )


@pytest.mark.parametrize("app", APPS)
def test_what_a_readme_names_of_a_module_is_defined_there(app):
    """`workflow.submit`, `Scorecard.closes_at`."""
    named = [
        (number, name, *name.split("."))
        for number, _folder, names in lines_of(PROJECT / app / "README.md")
        for name in names
        if re.fullmatch(r"[A-Za-z_]\w+\.\w+", name) and not PATH.fullmatch(name)
    ]
    wrong = [
        f"{number}: {name}" for number, name, owner, own in named if own not in definitions().get(owner, ())
    ]
    assert wrong == []


@pytest.mark.parametrize("app", APPS)
def test_functions_and_classes_that_a_readme_names_are_there(app):
    """`find_entry`, `may(user, action, subject)`, `EntryForm`."""
    words = {name for path in modules(*APPS) for name in re.findall(r"\w+", path.read_text(encoding="utf-8"))}
    named = [
        (number, name.partition("(")[0])
        for number, _folder, names in lines_of(PROJECT / app / "README.md")
        for name in names
        if re.fullmatch(r"[A-Za-z_]\w+(\(.*\))?", name)
    ]
    assert [f"{number}: {name}" for number, name in named if name not in words | {*get_commands()}] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_commands_and_files_that_a_document_names_are_there(document):
    text = document.read_text(encoding="utf-8")
    commands = set(re.findall(r"manage\.py ([a-z_]+)", text)) - {*get_commands(), "demo", "test"}
    files = {
        path
        for path in WHOLE_PATH.findall(text)
        if not any((place / path).exists() for place in (document.parent, PROJECT))
    }
    links = {
        link
        for link in re.findall(r"\]\(([^):#]+)(?:#[^)]*)?\)", text)
        if not (document.parent / link).exists()
    }
    assert (commands, files, links) == (set(), set(), set())


@pytest.mark.parametrize("app", APPS)
def test_a_readme_names_every_module_of_its_app(app):
    """Or its folder, where that is told as one; in scorecards under the heading of the package."""
    readme = PROJECT / app / "README.md"
    named = {
        found
        for _number, folder, names in lines_of(readme)
        for name, found in places_of(names, folder, readme)
        if found and not (app == "scorecards" and name.endswith("/") and found.name not in WHERE_DJANGO_LOOKS)
    }
    wrong = [
        name_of(path)
        for path in modules(app)
        if path.name not in {"__init__.py", *NAMED_BY_DJANGO} and not path.name.endswith("_urls.py")
        if not {"management", "templatetags"} & set(path.parts)
        if not {path, path.parent} & named
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "package", sorted(path.parent for path in (PROJECT / "scorecards").glob("*/__init__.py")), ids=name_of
)
def test_a_package_says_of_itself_what_the_readme_says_of_it(package):
    row = re.search(
        rf"^\| `{package.name}/` \| (.+) \|$", (PROJECT / "scorecards/README.md").read_text("utf-8"), re.M
    )
    said = ast.get_docstring(tree_of(package / "__init__.py")) or ""
    if package.name in {"migrations", *WHERE_DJANGO_LOOKS}:
        assert row is None
    else:
        assert said == f"{row[1][0].upper()}{row[1][1:]}."


def test_from_every_package_of_scorecards_a_table_leads_to_its_tests():
    told = {name for _number, _folder, names in lines_of(PROJECT / "tests/README.md") for name in names}
    packages = {name_of(path.parent) for path in (PROJECT / "scorecards").glob("*/__init__.py")}
    packages -= {f"scorecards/{name}" for name in {"migrations", *WHERE_DJANGO_LOOKS}}
    assert packages - told == set()


def comments_of(path):
    """(line, text) of every comment and docstring."""
    text = path.read_text(encoding="utf-8")
    if ".py" not in text:
        return
    for number, line in enumerate(text.splitlines(), 1):
        yield number, line.partition("# ")[2]
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            yield getattr(node, "lineno", 1), ast.get_docstring(node) or ""


def test_the_modules_that_comments_name_are_there():
    """Reckoned from the module's own folder or one above it."""
    named = [
        (
            f"{name_of(path)}:{number} {name}",
            [above / name for above in path.parents if above.is_relative_to(PROJECT)],
        )
        for path in modules(*APPS, "tests", "benchmarks")
        for number, text in comments_of(path)
        for name in MODULE_IN_A_COMMENT.findall(text)
        if name not in NAMED_BY_DJANGO
    ]
    assert len(named) > 50
    assert [what for what, places in named if not any(place.exists() for place in places)] == []
