"""The industries that the form of an assignment offers. Other words are kept where a file or a template brings them."""

from typing import Final

INDUSTRIES: Final = (
    "Networking and cabling",
    "Computers and printers",
    "Point of sale",
    "Audio, video and signage",
    "Telephony",
    "Security and alarms",
    "Electrical",
    "Heating, cooling and plumbing",
    "Building and repair",
    "Cleaning",
    "Retail and merchandising",
    "Energy and solar",
    "Surveys and inspections",
    "Logistics",
    "Other",
)
