"""What every committed file keeps to: names, sizes, licence, and nothing of one machine."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.conventions.debts import LONG_FILES, UNDOCUMENTED, only_owed
from tests.conventions.source_tree import ROOT, files, modules

VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "v2", "tmp", "final", "new"}
LONGEST_FILE = 320
# a shorter function says all with its name and types
LONGEST_UNDOCUMENTED = 20
TEXT = {
    "", ".cfg", ".css", ".csv", ".html", ".in", ".j2", ".json", ".md", ".py", ".service", ".sh",
    ".sql", ".svg", ".toml", ".tsv", ".txt", ".yaml", ".yml",
}  # fmt: skip

# Spelt in pieces, so that this file does not hold what it looks for.
MACHINE_PATHS = re.compile(r"(?<![\w.])/(" + "work|root|tmp/ws|Users)/")
INDEX_ADDRESSES = re.compile(
    "|".join(
        [
            "--(extra-)?" + "index-url",
            "--find-" + "links",
            "files.python" + "hosted.org",
            "pypi.org/" + "simple",
            r"https?://[^\s/]+/simple\b",
        ]
    )
)
RULE_ID = re.compile(r"\b([CTEGMDPFS])(\d{2})\b")
# the ids that the rules of pay (C to P), the faults (F) and the traps (S) go by
RULE_IDS = {
    "C": range(1, 14), "T": range(1, 9), "E": range(1, 9), "G": range(1, 10), "M": range(1, 12),
    "D": range(1, 8), "P": range(1, 8), "F": range(1, 65), "S": range(1, 12),
}  # fmt: skip


@cache
def text_of(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def text_files() -> list[Path]:
    return [path for path in files() if path.suffix in TEXT and path.name != "LICENSE"]


def lines_with(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{path}:{number} {found.group(0)}"
        for path in paths
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if (found := pattern.search(line))
    ]


def test_no_file_names_a_place_on_one_machine() -> None:
    assert lines_with(MACHINE_PATHS, text_files()) == []


def test_no_file_names_a_package_index() -> None:
    """Fails if an install would leave the index that the machine is set up for."""
    # `--no-emit-index-url` is how the locks keep them out
    found = lines_with(INDEX_ADDRESSES, text_files())
    assert [line for line in found if not line.endswith("--no-emit-" + "index-url")] == []


@pytest.mark.parametrize(
    ("line", "is_caught"),
    [
        ("cd /work" + "/main", True),
        ("open('/root" + "/notes')", True),
        ("docs/work/main", False),
        ("a night's work / main", False),
    ],
)
def test_a_machine_path_is_recognised(line: str, is_caught: bool) -> None:
    assert bool(MACHINE_PATHS.search(line)) == is_caught


def test_locks_pin_and_hash_every_requirement() -> None:
    """Fails if what is installed tomorrow can differ from what was tried today."""
    locks = [path for path in files() if path.parts[0] == "requirements" and path.suffix == ".txt"]
    assert {path.stem for path in locks} >= {"run", "dev", "spark", "tools"}
    for lock in locks:
        entries = re.split(r"\n(?=[a-zA-Z0-9])", re.sub(r"(?m)^\s*#.*\n", "", text_of(lock)))
        for entry in entries:
            requirement = entry.strip()
            assert re.match(r"[\w.\-\[\],]+==[\w.+!]+ ", requirement), f"{lock}: {requirement[:60]}"
            assert "--hash=sha256:" in requirement, f"{lock}: {requirement[:60]} has no hash"


def test_every_lock_has_its_source() -> None:
    stems = {path.stem for path in files() if path.parts[0] == "requirements"}
    for stem in stems:
        assert Path("requirements", f"{stem}.in") in files()
        assert Path("requirements", f"{stem}.txt") in files()


def test_the_licence_is_apache_2() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in licence and "Version 2.0, January 2004" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
    assert 'license = "Apache-2.0"' in text_of(Path("pyproject.toml"))


def test_names_say_what_happens_in_a_file() -> None:
    vague = [
        path
        for path in files()
        if path.suffix in (".py", ".sql", ".yml", ".md", ".toml")
        and any(VAGUE_NAMES & set(re.split(r"[_\-.]", part)) for part in path.parts)
    ]
    assert vague == []


def test_files_stay_short_enough_to_read() -> None:
    long = {
        str(path): len(text_of(path).splitlines())
        for path in files()
        if path.suffix in (".py", ".sql")
    }
    only_owed((path for path, lines in long.items() if lines > LONGEST_FILE), LONG_FILES)


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(module.path)
        for module in modules().values()
        if module.tree.body and not ast.get_docstring(module.tree)
    ]
    assert silent == []


def test_public_functions_of_some_length_are_documented() -> None:
    silent = [
        f"{module.name}.{node.name}"
        for module in modules().values()
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and (node.end_lineno or node.lineno) - node.lineno >= LONGEST_UNDOCUMENTED
        and not ast.get_docstring(node)
    ]
    only_owed(silent, UNDOCUMENTED)


def test_every_rule_id_exists() -> None:
    """Fails if a test or model claims to hold a rule that nobody wrote."""
    unknown = [
        f"{path}: {found.group(0)}"
        for path in text_files()
        if path.suffix in (".py", ".sql", ".yml") and path.parts[0] in ("tests", "dbt_project")
        for found in RULE_ID.finditer(text_of(path))
        if int(found.group(2)) not in RULE_IDS[found.group(1)]
    ]
    assert unknown == []


def test_tests_are_found_by_their_names() -> None:
    """Fails if a test file is never collected, or says which rule it holds in no usual form."""
    for path in files():
        if path.parts[0] == "tests" and path.suffix == ".py":
            for node in ast.walk(ast.parse(text_of(path))):
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                    assert path.name.startswith("test_"), f"{path} holds {node.name}"
