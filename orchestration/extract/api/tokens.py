"""Tokens that run out: got with a client's secret, got anew once when the source refuses one."""

from __future__ import annotations

from typing import Any

from dlt.sources.helpers.requests.session import Session
from dlt.sources.helpers.rest_client.auth import OAuth2ClientCredentials
from requests import PreparedRequest

from orchestration.errors import SourceError


class Renewable(OAuth2ClientCredentials):
    """dlt's OAuth client, whose failures hold no answer of the source: it may quote the secret."""

    def obtain_token(self) -> None:
        try:
            super().obtain_token()
        except SourceError as error:
            raise SourceError(
                f"{error}; {self.access_token_url} gives no token: is the client known there, its "
                "secret right, and may it read?"
            ) from None

    def send_through(self, session: Session) -> None:
        """Ask for tokens through a session that has no token of its own."""
        self.session = session

    def build_access_token_request(self) -> dict[str, Any]:
        # nobody's token: this request is what gets one
        return {**super().build_access_token_request(), "auth": lambda request: request}

    def renew(self, request: PreparedRequest) -> None:
        """Put a new token into a request that was refused."""
        self.obtain_token()
        request.headers["Authorization"] = f"Bearer {self.access_token}"


def renewable(url: str, client_id: str, client_secret: str, **asked: str) -> Renewable:
    """The OAuth client at `url`; `asked` is what goes with the request for a token."""
    return Renewable(
        access_token_url=url,
        client_id=client_id,
        client_secret=client_secret,
        access_token_request_data=dict(asked),
        # replaced before it is used, by one that waits and tries again
        session=Session(),
    )
