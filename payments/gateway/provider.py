"""A payment provider over HTTP (docs/money/payouts.md has the contract). Off unless all three settings are given.

Nothing is retried here: a call that fails in any way that leaves doubt raises GatewayDown, and the sweep asks again
with the same key. Only a plain refusal (422) is an answer.
"""

import hashlib
import hmac
import json
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException, HTTPResponse
from typing import Any, Final
from urllib.parse import quote

from django.conf import settings

from common.money import Money
from payments.gateway.base import FAILED, STATUSES, GatewayDown, Payout, Transfer

LARGEST_ANSWER: Final = 64 * 1024


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirect is no answer: money goes to the address that was configured and to no other."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay())


class HttpProvider:
    """The provider at one address, called with one key."""

    def __init__(self, url: str, key: str, seconds: float) -> None:
        self.url, self.key, self.seconds = url.rstrip("/"), key, seconds

    def start_collection(self, key: str, amount: Money, payer: str) -> Transfer:
        body = {"key": key, "amount": amount.minor, "currency": amount.currency, "payer": payer}
        return _transfer(self._call("POST", "/collections", key, body), amount)

    def collection(self, key: str, amount: Money) -> Transfer | None:
        return self._look_up(f"/collections/{quote(key, safe='')}", key, amount)

    def pay_out(self, payout: Payout) -> Transfer:
        body = {
            "key": payout.key,
            "amount": payout.amount.minor,
            "currency": payout.amount.currency,
            "reference": payout.end_to_end_id,
            "scheme": payout.scheme,
            "kind": payout.kind,
            "holder": payout.holder,
            "bank": payout.bank_name,
            "routing": payout.routing,
            "number": payout.number,
        }
        return _transfer(self._call("POST", "/payouts", payout.key, body), payout.amount)

    def payout(self, key: str, amount: Money) -> Transfer | None:
        return self._look_up(f"/payouts/{quote(key, safe='')}", key, amount)

    def _look_up(self, path: str, key: str, amount: Money) -> Transfer | None:
        try:
            return _transfer(self._call("GET", path, key), amount)
        except _NotThere:
            return None

    def _call(self, method: str, path: str, key: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """One call. Raises GatewayDown for no answer in time and for every answer that is none of ours."""
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked in configured()
            self.url + path,
            method=method,
            data=json.dumps(body).encode() if body is not None else None,
            headers={
                "Authorization": f"Bearer {self.key}",
                "Idempotency-Key": key,
                "Content-Type": "application/json",
                "Accept": "application/json",
            },
        )
        try:
            with _opener.open(request, timeout=self.seconds) as answer:
                return _json(answer)
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 404 and method == "GET":
                    raise _NotThere from error
                if error.code == 422 and method == "POST":
                    return {"status": FAILED, "why": _why(error)}
                raise GatewayDown(f"{method} {path}: {error.code}") from error
        except (OSError, HTTPException) as error:
            raise GatewayDown(f"{method} {path}: {type(error).__name__}") from error


class _NotThere(Exception):
    """The provider never heard of this key."""


def configured() -> HttpProvider | None:
    """The provider of the settings; None when there is none. Only https, but to this very machine in development."""
    url, key = settings.ONSITE_PROVIDER_URL, settings.ONSITE_PROVIDER_KEY
    if not (url and key and settings.ONSITE_PROVIDER_WEBHOOK_SECRET):
        return None
    parts = urllib.parse.urlsplit(url)
    is_local = settings.ONSITE_DEVELOPMENT and parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_local):
        return None
    return HttpProvider(url, key, settings.ONSITE_PROVIDER_TIMEOUT_SECONDS)


def signature(secret: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 over the timestamp (seconds since 1970), a full stop, and the body; as hexadecimal digits."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _json(answer: HTTPResponse) -> dict[str, Any]:
    raw = answer.read(LARGEST_ANSWER + 1)
    if len(raw) > LARGEST_ANSWER:
        raise GatewayDown("the answer is too long")
    try:
        found = json.loads(raw)
    except ValueError as error:
        raise GatewayDown("the answer is no JSON") from error
    if not isinstance(found, dict):
        raise GatewayDown("the answer is no JSON object")
    return found


def _why(error: urllib.error.HTTPError) -> str:
    try:
        why = json.loads(error.read(LARGEST_ANSWER)).get("why", "")
    except (ValueError, AttributeError, OSError):
        why = ""
    return str(why)[:200] or "The payment provider refused it."


def _transfer(said: dict[str, Any], amount: Money) -> Transfer:
    """The answer as one of ours. An answer about other money is as good as none."""
    if said.get("status") not in STATUSES:
        raise GatewayDown("the answer has no status")
    if "amount" in said and (said["amount"], said.get("currency")) != (amount.minor, amount.currency):
        raise GatewayDown("the answer is about another amount")
    return Transfer(said["status"], str(said.get("reference", ""))[:80], str(said.get("why", ""))[:200])
