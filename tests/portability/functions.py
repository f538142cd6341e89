"""Which functions a model may call: those that mean the same on DuckDB and on Spark."""

from __future__ import annotations

# Same name, same arguments, same answer, nulls and signs included.
ON_BOTH = frozenset(
    {
        "abs", "bit_or", "bool_and", "bool_or", "ceil", "coalesce", "count", "count_if",
        "date_trunc", "dense_rank", "first_value", "floor", "greatest", "lag", "last_value",
        "lead", "least", "left", "length", "lower", "ltrim", "max", "max_by", "md5", "min",
        "min_by", "nullif", "rank", "replace", "right", "round", "row_number", "rtrim",
        "split_part", "substr", "substring", "sum", "translate", "trim", "upper",
    }
)  # fmt: skip

# Written by the Spark branch of a macro of ours; a model that calls one would fail on DuckDB.
SPARK_ONLY = frozenset(
    {
        "array_join", "array_sort", "collect_set", "date_add", "date_format", "datediff",
        "explode", "from_utc_timestamp", "make_interval", "sequence", "to_utc_timestamp",
        "unix_timestamp",
    }
)  # fmt: skip

WHY_NOT = {
    **dict.fromkeys(("arg_max", "arg_min", "argmax", "argmin"), "DuckDB only: max_by, min_by"),
    **dict.fromkeys(
        ("string_agg", "group_concat", "listagg"), "DuckDB only or unordered: joined_set macro"
    ),
    **dict.fromkeys(
        ("list", "array_agg", "collect_list"), "order is not kept on Spark: joined_set macro"
    ),
    **dict.fromkeys(("any_value", "first", "last", "arbitrary"), "another row another day: max_by"),
    **dict.fromkeys(("avg", "mean", "median"), "from sums and counts, in integers"),
    **dict.fromkeys(("concat", "concat_ws"), "differs on null: use ||"),
    **dict.fromkeys(("now", "today", "current_timestamp"), "the night's date is in raw_night.run"),
    **dict.fromkeys(("random", "uuid", "gen_random_uuid"), "another answer every night"),
    **dict.fromkeys(
        ("regexp_replace", "regexp_matches", "regexp_extract"), "first or all, group 0 or 1: macro"
    ),
    **dict.fromkeys(
        ("dayofweek", "weekday", "isodow", "dayofyear", "extract", "date_part"),
        "days of the week count from 0 or 1: macro",
    ),
    **dict.fromkeys(("generate_series", "range", "unnest"), "DuckDB only: a macro for spans"),
    **dict.fromkeys(("strftime", "strptime", "timezone", "to_minutes"), "DuckDB only: macro"),
    "hash": "another number on each engine: surrogate_key macro",
}
