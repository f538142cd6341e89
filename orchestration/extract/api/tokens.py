"""Tokens that run out: got with a client's secret, got anew once when the source refuses one."""

from __future__ import annotations

from dlt.sources.helpers.requests.session import Session
from dlt.sources.helpers.rest_client.auth import OAuth2ClientCredentials
from requests import PreparedRequest
from requests.exceptions import RequestException

from orchestration.errors import SourceError


class Renewable(OAuth2ClientCredentials):
    """dlt's OAuth client, whose failures hold no answer of the source: it may quote the secret."""

    def obtain_token(self) -> None:
        try:
            super().obtain_token()
        except (RequestException, ValueError):
            raise SourceError(
                f"{self.access_token_url} gives no token; is the client known there, its secret "
                "right, and may it read?"
            ) from None
        if self.access_token in (None, "None"):
            raise SourceError(f"{self.access_token_url} answers without a token")

    def renew(self, request: PreparedRequest) -> None:
        """Put a new token into a request that was refused."""
        self.obtain_token()
        request.headers["Authorization"] = f"Bearer {self.access_token}"


def renewable(url: str, client_id: str, client_secret: str, **asked: str) -> Renewable:
    """The OAuth client at `url`; `asked` is what goes with the request for a token."""
    session = Session(timeout=30, raise_for_status=True)
    session.trust_env = False
    return Renewable(
        access_token_url=url,
        client_id=client_id,
        client_secret=client_secret,
        access_token_request_data=dict(asked),
        session=session,
    )
