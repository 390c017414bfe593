"""The formats of payout files, and which of them a currency may take."""

from typing import Final

from payments.gateway.bank_file import Format, csv_file
from payments.gateway.nacha import NACHA
from payments.gateway.pain001 import PAIN001
from payments.states import PayoutFormat

FORMATS: Final[dict[str, Format]] = {
    PayoutFormat.NACHA: NACHA,
    PayoutFormat.PAIN: PAIN001,
    PayoutFormat.CSV: Format(csv_file, "csv", "text/csv; charset=utf-8"),
}


def formats_for(currency: str) -> list[str]:
    """The formats that may carry this currency, the usual one first: dollars take ACH, the rest pain.001."""
    every = list(FORMATS)
    return every if currency == "USD" else [one for one in every if one != PayoutFormat.NACHA]
