"""A local API of many tickets, in pages, from a process of its own: what landing is timed against.

python -m bench.paged_api ROWS PAGE    prints its address, serves until stdin ends
"""

from __future__ import annotations

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

BEGUN = 1_700_000_000
_STATUS = ("new", "open", "pending", "solved")
_EMPTY = {
    "users": {"users": [], "end_of_stream": True},
    "organizations": {"organizations": [], "end_of_stream": True, "end_time": BEGUN},
    "ticket_events": {"ticket_events": [], "end_of_stream": True, "end_time": BEGUN},
    "ratings": {"satisfaction_ratings": [], "meta": {"has_more": False}},
}


def page(number: int, size: int, rows: int) -> bytes:
    """Page `number` of the tickets, the same bytes every time."""
    first, last = number * size, min(rows, (number + 1) * size)
    tickets = [
        {
            "id": n, "assignee_id": n % 97, "requester_id": n % 10_007, "subject": f"Ticket {n}",
            "organization_id": n % 1009, "status": _STATUS[n % 4], "priority": None,
            "via": {"channel": "web"}, "generated_timestamp": BEGUN + n % 86_400,
            "created_at": "2025-06-01T10:00:00Z", "updated_at": "2025-06-02T10:00:00Z",
        }
        for n in range(first, last)
    ]  # fmt: skip
    told = {"tickets": tickets, "after_cursor": str(number + 1), "end_of_stream": last == rows}
    return json.dumps(told).encode()


class _Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    pages: tuple[bytes, ...] = ()

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if asked.path.endswith("tickets/cursor.json"):
            body = self.pages[int(parse_qs(asked.query).get("cursor", ["0"])[0])]
        elif asked.path.endswith("/count.json"):
            body = json.dumps({"count": {"value": 0}}).encode()
        else:
            found = next((said for name, said in _EMPTY.items() if name in asked.path), {})
            body = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *said: object) -> None:
        pass


def main() -> None:
    rows, size = int(sys.argv[1]), int(sys.argv[2])
    # written before anybody asks: the time of the server is nobody's
    _Pages.pages = tuple(page(number, size, rows) for number in range(-(-rows // size)))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
