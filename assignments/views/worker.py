"""The worker's pages: this file only names them for urls.py; each part has its own file."""

from assignments.views.acting import TeamWork
from assignments.views.worker_files import Deliver, FillFields, RemoveDeliverable
from assignments.views.worker_find import Filled, FindWork, Kept, Mark
from assignments.views.worker_home import Home, MyWork
from assignments.views.worker_requests import BackOut, RequestMoney, WithdrawMoney
from assignments.views.worker_schedule import Schedule
from assignments.views.worker_searches import EditSearch, SaveSearch, Searches
from assignments.views.worker_sourcing import Apply, Ask, Counteroffer, DeclineInvitation, Withdraw
from assignments.views.worker_visit import (
    CheckIn,
    CheckOut,
    Confirm,
    EditCheckIn,
    ExplainVisit,
    Submit,
    Visit,
)

__all__ = [
    "Apply",
    "Ask",
    "BackOut",
    "CheckIn",
    "CheckOut",
    "Confirm",
    "Counteroffer",
    "DeclineInvitation",
    "Deliver",
    "EditCheckIn",
    "EditSearch",
    "ExplainVisit",
    "FillFields",
    "Filled",
    "FindWork",
    "Home",
    "Kept",
    "Mark",
    "MyWork",
    "RemoveDeliverable",
    "RequestMoney",
    "SaveSearch",
    "Schedule",
    "Searches",
    "Submit",
    "TeamWork",
    "Visit",
    "Withdraw",
    "WithdrawMoney",
]
