"""Word of a failed night: by log or mail, never lost, never with somebody else's header in it."""

from __future__ import annotations

import logging
import socketserver
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

import pytest

from orchestration import alert
from orchestration.settings import Alert

SUBJECT = "Winshare: the night of 2026-01-05 failed"
BODY = "gate facts_credits: broken: shares sum to one (2 rows)\n\nThe last release is unchanged."


class MailHandler(socketserver.StreamRequestHandler):
    """As much of SMTP as one plain mail needs; keeps every line it is given."""

    server: MailServer

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline():
            self.server.lines.append(line.decode().strip())
            command = line[:4].upper().strip()
            if command == b"DATA":
                self._say("354 go on")
                self.server.mails.append(self._until_dot())
                self._say("250 taken")
            elif command == b"QUIT":
                self._say("221 bye")
                return
            elif command == b"RCPT" and self.server.refuses:
                self._say("550 nobody here")
            else:
                self._say("250 good")

    def _until_dot(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    refuses = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), MailHandler)
        self.lines: list[str] = []
        self.mails: list[bytes] = []

    @property
    def port(self) -> int:
        return self.server_address[1]

    @property
    def only_mail(self) -> EmailMessage:
        assert len(self.mails) == 1
        return cast(EmailMessage, message_from_bytes(self.mails[0], policy=policy.default))


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield listening
        listening.shutdown()
        thread.join()


def by_mail(port: int, **more: Any) -> Alert:
    given = {"recipients": ("data@example.com", "payroll@example.com"), **more}
    return Alert(channel="smtp", smtp_host="127.0.0.1", smtp_port=port, **given)


def test_an_alert_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    alert.send(Alert(), SUBJECT, BODY)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert SUBJECT in caplog.text
    assert "shares sum to one" in caplog.text


def test_an_alert_is_mailed(server: MailServer, caplog: pytest.LogCaptureFixture) -> None:
    alert.send(by_mail(server.port, sender="winshare@example.com"), SUBJECT, BODY)
    mail = server.only_mail
    assert mail["Subject"] == SUBJECT
    assert mail["From"] == "winshare@example.com"
    assert mail["To"] == "data@example.com, payroll@example.com"
    assert mail["Date"] is not None
    assert mail.get_content().splitlines() == BODY.splitlines()
    assert [line for line in server.lines if line.lower().startswith("rcpt")] == [
        "rcpt TO:<data@example.com>",
        "rcpt TO:<payroll@example.com>",
    ]
    assert caplog.records == []


def test_letters_of_every_name_arrive(server: MailServer) -> None:
    alert.send(by_mail(server.port), "Zoë 様", "Prüfung ✓\n.a line that begins with a dot")
    assert server.only_mail["Subject"] == "Zoë 様"
    assert server.only_mail.get_content().splitlines() == [
        "Prüfung ✓",
        ".a line that begins with a dot",
    ]


@pytest.mark.parametrize("subject", ["failed\r\nBcc: x@evil.example", "failed\nTo: x@evil.example"])
def test_f64_a_line_break_in_a_subject_adds_no_header(server: MailServer, subject: str) -> None:
    alert.send(by_mail(server.port), subject, BODY)
    mail = server.only_mail
    assert mail["Bcc"] is None
    assert mail.get_all("To") == ["data@example.com, payroll@example.com"]
    assert mail["Subject"] == " ".join(subject.split())
    assert not any("evil" in line for line in server.lines)


def test_f64_a_line_break_in_an_address_is_refused_and_the_alert_logged(
    server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    # settings refuse it; this is the second lock on the same door
    hostile = by_mail(server.port).model_copy(
        update={"recipients": ("data@example.com\r\nBcc: x@evil.example",)}
    )
    alert.send(hostile, SUBJECT, BODY)
    assert server.mails == []
    assert "could not be mailed" in caplog.text
    assert "shares sum to one" in caplog.text


def test_a_dead_mail_server_is_logged_with_the_alert(
    server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    with MailServer() as closed:
        port = closed.port
    alert.send(by_mail(port), SUBJECT, BODY)
    assert "could not be mailed" in caplog.text
    assert SUBJECT in caplog.text
    assert "shares sum to one" in caplog.text


def test_a_mail_that_nobody_takes_is_logged_with_the_alert(
    server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.refuses = True
    alert.send(by_mail(server.port), SUBJECT, BODY)
    assert server.mails == []
    assert SUBJECT in caplog.text


def test_a_server_that_hangs_does_not_hold_the_daemon(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(alert, "_SMTP_SECONDS", 0.2)
    # it takes the connection and never says a word
    with MailServer() as silent:
        alert.send(by_mail(silent.port), SUBJECT, BODY)
    assert "could not be mailed" in caplog.text


def test_a_password_is_never_sent_in_the_clear(
    server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    """This server offers no encryption: the alert is logged, and the password stays here."""
    alert.send(by_mail(server.port, smtp_user="u", smtp_password="canary-4711"), SUBJECT, BODY)
    assert server.mails == []
    assert not any("auth" in line.lower() for line in server.lines)
    assert SUBJECT in caplog.text
    assert "canary" not in caplog.text
