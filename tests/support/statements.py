"""camt.053 statements as a bank would send them, for tests."""

from dataclasses import dataclass
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class Booked:
    """One entry: `amount` in major units as the bank writes it; `back` is the reason of a return."""

    amount: str
    id: str = ""
    is_credit: bool = False
    currency: str = "USD"
    batch: str = ""
    back: str = ""
    state: str = "BOOK"


def camt053(
    *entries: Booked, id: str = "STMT-1", account: str = "000987654321", version: str = "08"
) -> bytes:
    """A whole document, valid against the published schema of versions 02 and 08."""
    name = f"<IBAN>{account}</IBAN>" if account[:2].isalpha() else f"<Othr><Id>{account}</Id></Othr>"
    balance = (
        "<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>"
        '<Amt Ccy="USD">0</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-12-02</Dt></Dt></Bal>'
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>M-{id}</MsgId><CreDtTm>2026-12-02T08:00:00Z</CreDtTm></GrpHdr>"
        f"<Stmt><Id>{id}</Id><CreDtTm>2026-12-02T08:00:00Z</CreDtTm><Acct><Id>{name}</Id></Acct>"
        f"{balance}{''.join(_entry(one, number, version) for number, one in enumerate(entries, 1))}"
        f"</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _entry(one: Booked, number: int, version: str) -> str:
    side = "CRDT" if one.is_credit else "DBIT"
    state = one.state if version == "02" else f"<Cd>{one.state}</Cd>"
    return (
        f'<Ntry><NtryRef>{number}</NtryRef><Amt Ccy="{one.currency}">{one.amount}</Amt>'
        f"<CdtDbtInd>{side}</CdtDbtInd>"
        f"<Sts>{state}</Sts><BookgDt><Dt>2026-12-02</Dt></BookgDt><AcctSvcrRef>BANK-{number}</AcctSvcrRef>"
        f"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f"{_details(one)}</Ntry>"
    )


def _details(one: Booked) -> str:
    if one.batch:
        return f"<NtryDtls><Btch><PmtInfId>{escape(one.batch)}</PmtInfId></Btch></NtryDtls>"
    back = f"<RtrInf><Rsn><Cd>{one.back}</Cd></Rsn></RtrInf>" if one.back else ""
    refs = f"<Refs><EndToEndId>{escape(one.id)}</EndToEndId></Refs>" if one.id else ""
    words = "<RmtInf><Ustrd>Words of the bank</Ustrd></RmtInf>"
    return f"<NtryDtls><TxDtls>{refs}{words}{back}</TxDtls></NtryDtls>"
