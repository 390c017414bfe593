"""What the assigned worker reads on an assignment of which FastFunds would be taken by itself."""

from typing import Any

from assignments.actions import closeout
from assignments.queries import Seen
from assignments.states import State
from payments import automatic, policies


def automatic_box(seen: Seen) -> dict[str, Any] | None:
    """The fee in money and the switch; None for everybody else, and where nothing would be taken by itself.

    Once it is submitted the fee is exact; before, it is the fee on the most that the assignment can pay.
    """
    row = seen.row
    if seen.side != "worker" or row.worker is None or not seen.standing.is_assigned or seen.standing.agent:
        return None
    if not row.fastfunds_eligible or "skip_fastfunds" not in policies.verbs_for(seen.standing, row, seen.now):
        return None
    if not automatic.will_take(row, automatic.of(row.worker)):
        return None
    is_exact = row.state in (State.PENDING_APPROVAL, State.APPROVED)
    pay = row.worker_most
    if is_exact:
        pay = row.money(row.pay_minor) if row.pay_minor is not None else closeout.final_pay(row)
    fee = automatic.fee_of(pay)
    return {
        "row": row,
        "is_off": automatic.skipped(row),
        "is_exact": is_exact,
        "pay": pay,
        "fee": fee,
        "net": pay - fee,
    }
