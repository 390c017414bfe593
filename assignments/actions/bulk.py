"""One act on many assignments: each through its own action and in a transaction of its own, and a record of it all."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from accounts.models import User
from assignments.actions import closeout, copying, drafting
from assignments.bulk import MOST
from assignments.models import Assignment, BulkAct, BulkItem, BulkResult, BulkRun
from assignments.routing import counted, from_plain
from common.errors import AlreadyDone, Conflict, DomainError, Invalid

Outcome = tuple[str, Assignment | None]
"""The sentence of a result, and the copy where one was made."""
GONE = "It is no longer there."


def run(act: BulkAct, ids: Sequence[int], *, words: Mapping[str, Any], actor: User, key: UUID) -> BulkRun:
    """Do the act to these assignments of the actor's company, in this order; what was refused is kept with why.

    The same `key` again is the first run, finished if it was cut off. `words` are what was typed for all of them.
    Raises NotAllowed, Invalid for none or more than MOST, Conflict when the key was used for something else.
    """
    made = start(act, ids, words=words, actor=actor, key=key)
    finish(made, actor=actor)
    return made


def start(act: BulkAct, ids: Sequence[int], *, words: Mapping[str, Any], actor: User, key: UUID) -> BulkRun:
    """The run with its items, nothing done yet; see `run`."""
    member = drafting.creator(actor)
    chosen = list(dict.fromkeys(ids))
    if not chosen:
        raise Invalid("Choose at least one assignment.")
    if len(chosen) > MOST:
        raise Invalid(f"Choose at most {MOST} assignments at once. You chose {len(chosen)}.")
    known = BulkRun.objects.filter(key=key).first()
    if known is None:
        try:
            with transaction.atomic():
                known = BulkRun.objects.create(
                    key=key, client_id=member.client_id, actor=actor, act=act, words=dict(words)
                )
                _add_items(known, chosen)
                return known
        except IntegrityError:
            known = BulkRun.objects.get(key=key)
    numbers = set(known.items.values_list("number", flat=True))
    if (known.actor_id, known.act, numbers) != (actor.pk, act, set(chosen)):
        raise Conflict("This was done already with other assignments. Choose them again.")
    return known


def _add_items(made: BulkRun, chosen: list[int]) -> None:
    rows = Assignment.objects.filter(client_id=made.client_id, pk__in=chosen).in_bulk()
    BulkItem.objects.bulk_create(
        BulkItem(
            run=made,
            assignment=rows.get(pk),
            number=pk,
            title=rows[pk].title if pk in rows else "",
            position=position,
            result=BulkResult.WAITING if pk in rows else BulkResult.REFUSED,
            sentence="" if pk in rows else GONE,
        )
        for position, pk in enumerate(chosen, 1)
    )


def finish(made: BulkRun, *, actor: User) -> None:
    """Do what waits. Of two at the same instant each item is done by one; the other waits for it and passes it over."""
    for item_id in made.items.filter(result=BulkResult.WAITING).values_list("pk", flat=True):
        _do(item_id, made, actor)


def _do(item_id: int, made: BulkRun, actor: User) -> None:
    with transaction.atomic():
        item = BulkItem.objects.select_for_update(no_key=True).get(pk=item_id)
        if item.result != BulkResult.WAITING:
            return
        try:
            with transaction.atomic():
                item.sentence, item.made = DOERS[made.act](item, made, actor)
            item.result = BulkResult.DONE
        except AlreadyDone as done:
            item.result, item.sentence = BulkResult.DONE, done.sentence
        except Assignment.DoesNotExist:
            item.result, item.sentence = BulkResult.REFUSED, GONE
        except DomainError as refused:
            item.result, item.sentence = BulkResult.REFUSED, refused.sentence[:400]
        item.save(update_fields=["result", "sentence", "made"])


def _send(item: BulkItem, made: BulkRun, actor: User) -> Outcome:
    sent = drafting.send_out(item.number, actor=actor)
    count = len(sent.invited)
    told = [f"{count} worker{'s are' if count != 1 else ' is'} invited."] if count else []
    return " ".join([*told, *(one.sentence for one in sent.left_out)])[:400], None


def _route(item: BulkItem, made: BulkRun, actor: User) -> Outcome:
    sent = drafting.send_out(item.number, actor=actor, waves=from_plain(made.words.get("waves", [])))
    told = f"{counted(len(sent.invited))} told now." if sent.invited else ""
    return " ".join([told, *(one.sentence for one in sent.left_out)]).strip()[:400], None


def _copy(item: BulkItem, made: BulkRun, actor: User) -> Outcome:
    return "", copying.copy(item.number, actor=actor, key=uuid5(made.key, str(item.number)))


def _cancel(item: BulkItem, made: BulkRun, actor: User) -> Outcome:
    words = made.words
    closeout.cancel(item.number, actor=actor, reason=words.get("reason", ""), note=words.get("note", ""))
    return "", None


def _delete(item: BulkItem, made: BulkRun, actor: User) -> Outcome:
    drafting.delete(item.number, actor=actor)
    return "", None


DOERS: dict[str, Callable[[BulkItem, BulkRun, User], Outcome]] = {
    BulkAct.SEND: _send,
    BulkAct.ROUTE: _route,
    BulkAct.COPY: _copy,
    BulkAct.CANCEL: _cancel,
    BulkAct.DELETE: _delete,
}
