"""Ids as Salesforce writes them: 15 case-sensitive characters, or 18 with a check of the case."""

from __future__ import annotations

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
# between the three characters that name the object and the five that count: never changes
_MIDDLE = "Dn00000"

# CRM users who are no employees, and second users of employees, are numbered from here
BOT_USER = 900_000
CONSULTANT_USER = 900_001
SECOND_USER = 900_100


def with_check(plain: str) -> str:
    """A 15-character id with the three characters that tell the case of its letters."""
    groups = (plain[at : at + 5] for at in (0, 5, 10))
    return plain + "".join(
        _CHECK[sum(1 << at for at, letter in enumerate(group) if "A" <= letter <= "Z")]
        for group in groups
    )


def id18(prefix: str, number: int) -> str:
    """The 18-character id of the object kind `prefix`; number < 62**5."""
    counted = "".join(_DIGITS[number // 62**power % 62] for power in (4, 3, 2, 1, 0))
    return with_check(prefix + _MIDDLE + counted)


# The same in SQL, as macros id15(prefix, n) and id18(prefix, n).
MACROS = f"""
create macro base62(n) as substr('{_DIGITS}', cast(n % 62 as integer) + 1, 1);
create macro is_upper(n) as cast(n % 62 between 10 and 35 as integer);
create macro is_upper_letter(c) as cast(ascii(c) between 65 and 90 as integer);
create macro id15(prefix, n) as
    prefix || '{_MIDDLE}' || base62(n // 14776336) || base62(n // 238328) || base62(n // 3844)
    || base62(n // 62) || base62(n);
create macro id18(prefix, n) as
    id15(prefix, n)
    || substr('{_CHECK}', 9 + is_upper_letter(prefix[1]) + 2 * is_upper_letter(prefix[2])
        + 4 * is_upper_letter(prefix[3]), 1)
    || 'A'
    || substr('{_CHECK}', 1 + is_upper(n // 14776336) + 2 * is_upper(n // 238328)
        + 4 * is_upper(n // 3844) + 8 * is_upper(n // 62) + 16 * is_upper(n), 1);
"""
