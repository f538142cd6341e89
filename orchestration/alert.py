"""Word of a failed night, by the channel that settings choose."""

from __future__ import annotations

import logging
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import localtime

from orchestration.settings import Alert

_log = logging.getLogger("winshare.alert")
# a mail server that does not answer must not hold the daemon's sensor loop
_SMTP_SECONDS = 20


def send(settings: Alert, subject: str, body: str) -> None:
    """Send or log one alert; an unreachable mail server is logged with the alert itself."""
    if settings.channel == "log":
        _log.error("%s\n%s", subject, body)
        return
    try:
        _mail(settings, subject, body)
    # ValueError: a header that EmailMessage refuses; the alert must not be lost with it
    except (OSError, ValueError) as error:
        _log.error("the alert could not be mailed (%s)\n%s\n%s", error, subject, body)


def _mail(settings: Alert, subject: str, body: str) -> None:
    message = EmailMessage()
    # EmailMessage refuses a header with a line break, so nobody adds recipients through a name
    message["Subject"] = " ".join(subject.split())
    message["From"] = settings.sender
    message["To"] = ", ".join(settings.recipients)
    message["Date"] = localtime()
    message.set_content(body)
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=_SMTP_SECONDS) as server:
        if settings.smtp_user and settings.smtp_password:
            # the password goes to the server it is for, or nowhere
            server.starttls(context=ssl.create_default_context())
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.send_message(message)
