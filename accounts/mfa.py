"""Second factors: secrets are kept sealed, and the code to scan is part of the page (no data: address)."""

import re

from allauth.mfa.adapter import DefaultMFAAdapter
from django.utils.safestring import mark_safe

from common.secrets import seal, unseal


class MFAAdapter(DefaultMFAAdapter):
    """Wired by MFA_ADAPTER."""

    error_messages = {  # noqa: RUF012 - the shape that allauth reads
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code does not fit. Enter the newest one that your app shows.",
        "add_email_blocked": "Switch off the second factor before you change your e-mail address.",
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        """The picture without its XML head, on white so that it can be scanned in the dark theme."""
        drawn = re.sub(r"^<\?xml.*?\?>\s*", "", super().build_totp_svg(url))
        grounded = drawn.replace("><path", '><rect width="100%" height="100%" fill="#fff"/><path', 1)
        named = grounded.replace("<svg ", '<svg role="img" aria-label="Code to scan with your app" ', 1)
        return mark_safe(named)  # noqa: S308 - drawn by qrcode from our own address
