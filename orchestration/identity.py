"""Who somebody is: the operating system's word, or a signature that only their key can make.

Never a name that was typed or stands in an environment variable: anybody can write those (F60).
"""

from __future__ import annotations

import os
import pwd
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from orchestration.errors import NightError

# a signature for one purpose is no signature for another
NAMESPACE = "winshare-approval"
_KEY = re.compile(r"key (SHA256:\S+)")


def of_process() -> dict[str, Any]:
    """The account this process runs as, as the system knows it."""
    uid = os.getuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        # a container may run under a number that no account has
        name = f"user {uid}"
    return {"kind": "operating_system", "name": name, "uid": uid}


def of_signature(statement: bytes, signature: str, allowed_signers: Path | None) -> dict[str, Any]:
    """Whose SSH key made `signature` over `statement`, by the file of allowed signers.

    Raises NightError when there is no such file, the key is not in it, or the signature is not
    of these bytes.
    """
    if allowed_signers is None:
        raise NightError(
            "a signature needs to know whose keys count: set approval.allowed_signers to an "
            "ssh-keygen file of allowed signers"
        )
    if not allowed_signers.is_file():
        raise NightError(f"there is no file of allowed signers {allowed_signers}")
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
        file.write(signature)
        file.flush()
        keys = ("-f", str(allowed_signers), "-s", file.name)
        found = _ssh_keygen(statement, "-Y", "find-principals", *keys)
        principals = found.stdout.split()
        if found.returncode != 0 or not principals:
            raise NightError(f"the signature's key is not among those of {allowed_signers}")
        verified = _ssh_keygen(
            statement, "-Y", "verify", "-I", principals[0], "-n", NAMESPACE, *keys
        )
    if verified.returncode != 0:
        raise NightError(
            "the signature is not of this release's statement; see `winshare approve --statement`"
        )
    key = _KEY.search(verified.stdout)
    return {"kind": "ssh", "name": principals[0], "key": key[1] if key else ""}


def _ssh_keygen(statement: bytes, *arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            ["ssh-keygen", *arguments],
            input=statement.decode(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    except FileNotFoundError:
        raise NightError("signatures are checked by ssh-keygen, which is not here") from None


def is_same_person(one: dict[str, Any], other: dict[str, Any], principals: dict[str, str]) -> bool:
    """Whether two identities are one person; `principals` says which key is whose account's."""
    if one["kind"] == other["kind"] == "operating_system":
        return one["uid"] == other["uid"]
    if one["kind"] == other["kind"]:
        return one["name"] == other["name"] or one["key"] == other["key"]
    account, signer = (one, other) if one["kind"] == "operating_system" else (other, one)
    known = principals.get(account["name"], account["name"])
    return signer["name"].lower() in (known.lower(), account["name"].lower()) or (
        signer["name"].split("@")[0].lower() == account["name"].lower()
    )


def in_words(identity: dict[str, Any]) -> str:
    how = identity["key"] if identity["kind"] == "ssh" else f"uid {identity['uid']}"
    return f"{identity['name']} ({how})"
