"""The files of the repository and the imports between its modules, read without importing any."""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("orchestration", "expectations", "bench", "docs")


@cache
def files() -> tuple[Path, ...]:
    """Every file that is or would be committed, relative to the root.

    Without git (an unpacked archive) everything that is not hidden, an environment or a cache.
    """
    if (ROOT / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout.split("\0")  # fmt: skip
        found = [Path(name) for name in listed if name and (ROOT / name).is_file()]
    else:
        found = [
            path.relative_to(ROOT)
            for path in ROOT.rglob("*")
            if path.is_file()
            and not any(
                part.startswith(".") or part == "__pycache__"
                for part in path.relative_to(ROOT).parts[:-1]
            )
        ]
    return tuple(sorted(set(found)))


@dataclass(frozen=True)
class Module:
    """A Python module of ours: its dotted name, its file and its syntax tree."""

    name: str
    path: Path
    tree: ast.Module


@dataclass(frozen=True)
class Import:
    """One module that another imports; `deferred` when the import stands inside a function."""

    importer: str
    imported: str
    line: int
    deferred: bool


@cache
def modules() -> dict[str, Module]:
    """Every module under PACKAGES by its dotted name; a package is named without `__init__`."""
    found = {}
    for path in files():
        if path.suffix == ".py" and path.parts[0] in PACKAGES:
            parts = list(path.with_suffix("").parts)
            if parts[-1] == "__init__":
                parts.pop()
            name = ".".join(parts)
            tree = ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))
            found[name] = Module(name, path, tree)
    return found


def imports_of(module: Module) -> Iterator[Import]:
    """What a module imports, deferred too; `from package import module` names the module."""
    is_package = module.path.name == "__init__.py"
    for node, deferred in _with_depth(module.tree, deferred=False):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module.name, alias.name, node.lineno, deferred)
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            if node.level:
                parts = module.name.split(".")
                parts = parts[: len(parts) - node.level + is_package]
                origin = ".".join([*parts, *([node.module] if node.module else [])])
            for alias in node.names:
                inner = f"{origin}.{alias.name}"
                target = inner if inner in modules() else origin
                yield Import(module.name, target, node.lineno, deferred)


def _with_depth(node: ast.AST, *, deferred: bool) -> Iterator[tuple[ast.AST, bool]]:
    for child in ast.iter_child_nodes(node):
        yield child, deferred
        inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from _with_depth(child, deferred=deferred or inside)
