"""The same compiled SQL, sent straight to DuckDB in one process: the floor under a night.

Reads a folder with one .sql file a statement (in the order of their names): views of the same
landed files, then `create table` a model. How many of them are models is told from outside.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import duckdb


def main() -> None:
    folder, database = Path(sys.argv[1]), Path(sys.argv[2])
    started = time.monotonic()
    statements = sorted(folder.glob("*.sql"))
    with duckdb.connect(str(database), config={"threads": 2}) as connection:
        connection.execute("set timezone = 'UTC'")
        for path in statements:
            connection.execute(path.read_text(encoding="utf-8"))
    print(json.dumps({"models": int(sys.argv[3]), "seconds": time.monotonic() - started}))


if __name__ == "__main__":
    main()
