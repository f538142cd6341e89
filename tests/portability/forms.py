"""The forms of SQL that DuckDB and Spark read differently, each with the reason and a finder.

A finder gets a Query and yields the places, as SQL. Spellings are looked for in the tokens, because
a parser takes two spellings of one thing for the same; structure in the tree that Spark's grammar
gives. What only a run on Spark can tell (names, types) is tried in tests/spark.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from sqlglot import exp, parse_one
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.dialects.spark import Spark
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType

from tests.portability.functions import ON_BOTH, SPARK_ONLY, WHY_NOT
from tests.portability.money_forms import MONEY_FORMS, Finder

RELATION = re.compile(r'"(\w+)"\."(\w+)"\."(\w+)"')
PLAIN_WORD = re.compile(r"\w+")
CALLED_LIKE_FUNCTIONS = {
    "and", "any", "as", "by", "case", "cast", "else", "except", "exists", "filter", "from", "in",
    "intersect", "is", "join", "not", "on", "or", "order", "over", "select", "then", "try_cast",
    "union", "using", "values", "when", "where", "with", "within", "decimal", "between", "lateral",
}  # fmt: skip
TYPES_OF_BOTH = {
    "bigint", "boolean", "date", "decimal", "double", "int", "integer", "smallint", "string",
    "timestamp",
}  # fmt: skip


class NullsAreLarge(Spark):
    """Spark's grammar with the other default for nulls: what differs was not said."""

    NULL_ORDERING = "nulls_are_large"


class Query:
    """One SELECT, by its text, its tokens and its tree. Relations keep schema and name only."""

    def __init__(self, sql: str) -> None:
        self.sql = RELATION.sub(r"\2__\3", sql)

    @cached_property
    def tokens(self) -> list[Token]:
        return DuckDB().tokenize(self.sql)

    @cached_property
    def tree(self) -> exp.Expression:
        return parse_one(self.sql, read=Spark)

    @cached_property
    def tree_with_large_nulls(self) -> exp.Expression:
        return parse_one(self.sql, read=NullsAreLarge)

    def around(self, token: Token) -> str:
        """The text near a token, on one line."""
        return " ".join(self.sql[max(token.start - 30, 0) : token.end + 30].split())


@dataclass(frozen=True)
class Form:
    """A form that does not travel: its name, what to write instead, and where it stands."""

    name: str
    cure: str
    find: Callable[[Query], Iterator[str]]


def _nulls_unsaid(query: Query) -> Iterator[str]:
    said = query.tree.find_all(exp.Ordered)
    for one, other in zip(said, query.tree_with_large_nulls.find_all(exp.Ordered), strict=True):
        if one.args.get("nulls_first") != other.args.get("nulls_first"):
            yield one.sql()


def _tokens(*kinds: TokenType) -> Callable[[Query], Iterator[str]]:
    def find(query: Query) -> Iterator[str]:
        return (query.around(token) for token in query.tokens if token.token_type in kinds)

    return find


def _words(*words: str) -> Callable[[Query], Iterator[str]]:
    """Consecutive tokens with these texts, outside quotes."""

    def find(query: Query) -> Iterator[str]:
        quoted = (TokenType.STRING, TokenType.IDENTIFIER)
        texts = ["" if token.token_type in quoted else token.text.lower() for token in query.tokens]
        for start in range(len(texts) - len(words) + 1):
            if tuple(texts[start : start + len(words)]) == words:
                yield query.around(query.tokens[start])

    return find


def _foreign_functions(query: Query) -> Iterator[str]:
    tokens = query.tokens
    for before, token, following in zip(tokens, tokens[1:], tokens[2:], strict=False):
        name = token.text.lower()
        if before.text.lower() in ("as", "with"):
            continue  # an alias with its columns
        if following.token_type != TokenType.L_PAREN or not PLAIN_WORD.fullmatch(name):
            continue
        if token.token_type in (TokenType.STRING, TokenType.IDENTIFIER, TokenType.NUMBER):
            continue
        if name not in CALLED_LIKE_FUNCTIONS | ON_BOTH | SPARK_ONLY:
            why = WHY_NOT.get(name, "not in functions.py: say there that both mean the same")
            yield f"{name}(): {why}"


def _foreign_types(query: Query) -> Iterator[str]:
    texts = [token.text.lower() for token in query.tokens]
    opened: list[bool] = []
    for index, text in enumerate(texts):
        if text == "(":
            opened.append(index > 0 and texts[index - 1] in ("cast", "try_cast"))
        elif text == ")":
            opened.pop()
        elif text == "as" and opened and opened[-1] and texts[index + 1] not in TYPES_OF_BOTH:
            yield query.around(query.tokens[index + 1])


def _quoted_names(query: Query) -> Iterator[str]:
    for token in query.tokens:
        if token.token_type == TokenType.IDENTIFIER and PLAIN_WORD.fullmatch(token.text):
            yield query.around(token)


def _backslashes(query: Query) -> Iterator[str]:
    for token in query.tokens:
        if token.token_type == TokenType.STRING and "\\" in token.text:
            yield query.around(token)


def _star_changes(query: Query) -> Iterator[str]:
    for star in query.tree.find_all(exp.Star):
        if any(star.args.get(key) for key in ("except_", "except", "replace", "rename")):
            yield star.sql("duckdb")


def _ordered_aggregates(query: Query) -> Iterator[str]:
    for order in query.tree.find_all(exp.Order):
        if not isinstance(order.parent, exp.Query | exp.Window):
            yield order.sql()


def _unordered_ranks(query: Query) -> Iterator[str]:
    for window in query.tree.find_all(exp.Window):
        needs_order = isinstance(window.this, exp.RowNumber | exp.Lead | exp.Lag | exp.FirstValue)
        select = window.find_ancestor(exp.Select)
        # `over changes` takes its order from `window changes as (...)`
        named = [
            one
            for one in (select.args.get("windows") or [] if select else [])
            if one.name == window.alias
        ]
        if needs_order and not any(one.args.get("order") for one in (window, *named)):
            yield window.sql()


def _distinct_on(query: Query) -> Iterator[str]:
    return (one.sql() for one in query.tree.find_all(exp.Distinct) if one.args.get("on"))


def _names_twice(query: Query) -> Iterator[str]:
    """DuckDB lets a view give one name twice and reads the first; Spark refuses who reads it."""
    for select in query.tree.find_all(exp.Select):
        names = [one.alias_or_name.lower() for one in select.expressions if not one.is_star]
        yield from sorted({name for name in names if name and names.count(name) > 1})


def _on_nodes(finder: Finder) -> Callable[[Query], Iterator[str]]:
    return lambda query: (node.sql("spark") for node in finder(query.tree))


# told by tokens, also where Spark's grammar refuses the whole
SPELLINGS = (
    Form("double colon", "cast(x as t)", _tokens(TokenType.DCOLON)),
    Form("double slash", "integer_divide macro", _words("//")),
    Form("arrow", "no lambda; JSON is read in staging", _tokens(TokenType.ARROW, TokenType.DARROW)),
    Form("lambda", "no lambda", _words("lambda")),
    Form("qualify", "row_number in a CTE", _tokens(TokenType.QUALIFY)),
    Form("asof", "join on a span of dates", _words("asof")),
    Form("by name", "list the columns in one order", _words("by", "name")),
    Form("exclude", "list the columns", _words("*", "exclude")),
    Form("pivot", "one case an output column", _words("pivot")),
    Form("unpivot", "union all", _words("unpivot")),
    Form("sample", "nothing is drawn by chance", _words("using", "sample")),
    Form("quoted name", "a string on Spark: use a plain name", _quoted_names),
    Form("backslash", "escapes differ: build it by macro", _backslashes),
    Form("foreign type", "one of " + ", ".join(sorted(TYPES_OF_BOTH)), _foreign_types),
    Form("foreign function", "a function of both, or a macro", _foreign_functions),
)
STRUCTURES = (
    Form("order without nulls", "say `nulls first` or `nulls last`", _nulls_unsaid),
    Form("order inside an aggregate", "rank in a CTE, or max_by", _ordered_aggregates),
    Form("rank without order", "order by something unique", _unordered_ranks),
    Form("star changed", "list the columns", _star_changes),
    Form("distinct on", "row_number in a CTE", _distinct_on),
    Form("name twice", "give each column once", _names_twice),
    *(Form(name, cure, _on_nodes(finder)) for name, cure, finder in MONEY_FORMS),
)


def problems(sql: str) -> list[str]:
    """What in a SELECT does not travel, as `form: place (cure)`; empty for a portable one."""
    query = Query(sql)
    found = [*_found(query, SPELLINGS)]
    try:
        _ = query.tree, query.tree_with_large_nulls
    except SqlglotError as error:
        return [*found, f"not Spark SQL: {str(error).splitlines()[0]}"]
    return [*found, *_found(query, STRUCTURES)]


def _found(query: Query, forms: tuple[Form, ...]) -> Iterator[str]:
    for form in forms:
        for place in form.find(query):
            yield f"{form.name}: {place} ({form.cure})"
