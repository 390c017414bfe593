"""What is contact data, and what is not: nobody can override a finding, so both matter."""

import time

import pytest

from common.contacts import found

CONTACT = {
    "Mail me@example.com": "me@example.com",
    "Write to jo.smith+work@mail.firm.co.uk soon": "jo.smith+work@mail.firm.co.uk",
    "jo (at) firm (dot) com": "jo (at) firm (dot) com",
    "jo[at]firm.com": "jo[at]firm.com",
    "I am jo at gmail dot com": "jo at gmail dot com",
    "jo at gmail": "jo at gmail",
    "jo dot smith at firm dot org": "smith at firm dot org",
    "See https://example.net/me": "https://example.net/me",
    "See www.example.net": "www.example.net",
    "My work is on janedoe.com/work": "janedoe.com/work",
    "It is on janedoe dot com": "janedoe dot com",
    "Call 518 555 0100": "518 555 0100",
    "614.555.0100": "614.555.0100",
    "+1 (614) 555-0100": "+1 (614) 555-0100",
    "(614) 555-0100": "(614) 555-0100",
    "6145550100 any time": "6145550100",
    "555-0100": "555-0100",
    "+49 170 1234567": "+49 170 1234567",
    "06 12 34 56 78": "06 12 34 56 78",
    "0170 1234567": "0170 1234567",
    "6 1 4 5 5 5 0 1 0 0": "6 1 4 5 5 5 0 1 0 0",
    "six one four five five five oh one": "six one four five five five oh one",
    "５１８ ５５５ ０１００": "518 555 0100",
    "51\u200b8 555 0100": "518 555 0100",
    "Can you call me at the usual one?": "call me at",
    "Just text me": "text me",
    "My number is in the phone book": "My number is",
    "telegram: janedoe": "telegram: janedoe",
}
ORDINARY = [
    "Is a 10 ft ladder on site?",
    "Are 24 ports used, or 48?",
    "On 2026-12-01 or later?",
    "From 12/01/2026 08:30 to 12/03/2026 17:00?",
    "Is 10.20.30.40 or 192.168.10.20 its address, mask 255.255.255.0?",
    "MAC 00-11-22-33-44-55?",
    "Serial 4711-0815, part 12345678 or SN00123456789012?",
    "Is $1,250.00 for 2 x 4,000 ft right?",
    "Who will meet me at the dock at 9 at night?",
    "Is it at store 214. Can I park there?",
    "Does the manager call me when I arrive?",
    "Is it a Skype room or a Teams room?",
    "One or two people? Three hours?",
    "Cat.6 cable, 1.5 m?",
    "Postcode 12207-1234?",
    "A-10482 says 8-16 h. Is that so?",
    "Firmware 10.4.2.1234?",
]


@pytest.mark.parametrize("text", CONTACT)
def test_contact_data_is_named(text: str) -> None:
    assert found(text) == CONTACT[text]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_questions_are_left_alone(text: str) -> None:
    assert found(text) == ""


@pytest.mark.parametrize("piece", ["a.", "1 ", "one ", "a@", "at ", "+1", "x dot ", "((("])
def test_no_text_keeps_it_busy(piece: str) -> None:
    begun = time.perf_counter()
    found(piece * 5_000)
    assert time.perf_counter() - begun < 0.5
