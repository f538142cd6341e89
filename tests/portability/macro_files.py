"""The project's macros, rendered for either engine without dbt: only Jinja is needed.

What is tried is the macro files themselves, never a copy. dbt renames a macro inside its file so
that every call goes through dbt; the same is done here, which makes `return` and dispatch work.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import jinja2

MACROS = Path(__file__).resolve().parents[2] / "dbt_project" / "macros"
DEFINED = re.compile(r"(\{%-?\s*macro\s+)(\w+)")
RENAMED = "dbt_macro__"
# blocks that only dbt knows, and that give no SQL of a model
OF_DBT = re.compile(r"\{%-?\s*(materialization|test)\b.*?\bend\1\s*-?%\}", re.DOTALL)


class _Returned(Exception):
    def __init__(self, value: Any) -> None:
        self.value = value


class Macros:
    """Every macro of the project as a method that renders it for one engine."""

    def __init__(self, engine: str) -> None:
        self._macros: dict[str, Callable[..., Any]] = {}
        environment = jinja2.Environment(
            extensions=["jinja2.ext.do"], undefined=jinja2.StrictUndefined
        )

        def give_back(value: Any) -> None:
            raise _Returned(value)

        def dispatch(name: str, macro_namespace: str | None = None) -> Callable[..., Any]:
            branch = f"{engine}__{name}"
            return partial(self._call, branch if branch in self._macros else f"default__{name}")

        environment.globals["return"] = give_back
        environment.globals["adapter"] = type("Adapter", (), {"dispatch": staticmethod(dispatch)})
        sources = [
            OF_DBT.sub("", path.read_text("utf-8")) for path in sorted(MACROS.rglob("*.sql"))
        ]
        # a module takes the globals as they are when it is made, so all names come first
        for source in sources:
            for _, name in DEFINED.findall(source):
                environment.globals[name] = partial(self._call, name)
        for source in sources:
            template = environment.from_string(DEFINED.sub(rf"\g<1>{RENAMED}\g<2>", source))
            for name, macro in vars(template.module).items():
                if name.startswith(RENAMED):
                    self._macros[name.removeprefix(RENAMED)] = macro

    def _call(self, name: str, *arguments: Any, **named: Any) -> Any:
        try:
            return self._macros[name](*arguments, **named)
        except _Returned as returned:
            return returned.value

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in self._macros:
            raise AttributeError(f"there is no macro {name}")
        return partial(self._call, name)


@cache
def macros(engine: str) -> Macros:
    """The macros as `duckdb` or `spark` gets them."""
    return Macros(engine)
