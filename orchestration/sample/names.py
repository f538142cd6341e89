"""Names and addresses of the sample company: invented, under domains reserved by RFC 2606."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COMPANY = "Nordwind Software"
MAIL_DOMAIN = "nordwind.example"

FIRST_NAMES = _words(
    """
    Anna Ben Clara David Elena Farid Greta Hugo Ines Jonas Katja Liam Mira Noah Olga Paul Quinn
    Rosa Samir Tara Ulrich Vera Wen Ximena Yusuf Zoe Aiko Bruno Chloe Dmitri Emre Freya Gabriel
    Hana Ivan Julia Kenji Lea Marta Nils
    """
)
LAST_NAMES = _words(
    """
    Abel Bauer Costa Dietrich Engel Fischer Garcia Hansen Ito Jansen Keller Lang Moreau Novak
    Okafor Petrov Quint Rossi Silva Tanaka Ullmann Vogel Weber Xu Yilmaz Zimmer Arslan Brandt
    Chen Dubois Eriksen Fuchs Gruber Huber Ivanov Jung Kaya Lindberg Maier Nowak O'Brien Pohl
    Richter Schmidt Thomas Urban Virtanen Wagner Young Ziegler
    """
)
COMPANY_FIRST = _words(
    """
    Alpen Baltic Cobalt Delta Ember Falcon Granit Helio Indigo Juniper Kestrel Lumen Meridian
    Nimbus Orchid Pioneer Quartz Rhein Sakura Tundra Umbra Vertex Willow Xenon Yarrow Zephyr
    """
)
COMPANY_SECOND = _words(
    """
    Logistics Foods Energy Health Insurance Mobility Robotics Textiles Media Chemicals Retail
    Bank Telecom Shipping Pharma Tools Glass Paper Travel Water
    """
)
INDUSTRIES = (
    "Logistics",
    "Consumer Goods",
    "Energy",
    "Healthcare",
    "Insurance",
    "Manufacturing",
    "Media",
    "Retail",
)
TOPICS = (
    "pricing",
    "security",
    "integration",
    "migration",
    "performance",
    "compliance",
    "roadmap",
    "competition",
    "procurement",
    "deployment",
    "training",
    "analytics",
)


def mail_name(text: str) -> str:
    """A name as it is written in an e-mail address."""
    return text.lower().replace("'", "").replace(" ", "-")


def address(first: str, last: str, number: int) -> str:
    """An employee's address; `number` keeps namesakes apart from the second on."""
    suffix = "" if number == 0 else str(number + 1)
    return f"{mail_name(first)}.{mail_name(last)}{suffix}@{MAIL_DOMAIN}"
