"""P11: fifty rows of the list drawn by the page against Jinja2 with the same words and the same marks."""

import re
from typing import Any

from django.http import QueryDict
from jinja2 import Environment

from assignments import labels, listing
from assignments.models import Assignment
from assignments.views import client_list
from benchmarks.measure import Result, at_most, interleaved, median
from benchmarks.world import World
from common import clock
from common.templatetags import onsite

TWIN = """<tbody>{% for row in rows %}<tr>
{% if may_act %}<td class="wide tick"><label><input type="checkbox" name="row" value="{{ row.pk }}" data-select><span class="only-m small">Choose</span><span class="vh"> {{ row.number }} {{ row.title }}</span></label></td>{% endif %}
<th scope="row"><a class="break" href="/assignments/{{ row.pk }}/">{{ row.title }}</a> <span class="ref nowrap">{{ row.number }}</span>{% if row.labels %}<div class="lab">{% for one in row.labels %}{{ label(one.kind, one.text, one.icon) }}{% endfor %}</div>{% endif %}</th>
<td data-l="Stage">{{ stage(row.state, "client") }}</td>
<td data-l="Worker" class="break">{{ row.worker or "–" }}</td>
<td data-l="Site" class="break">{{ row.site or "–" }}</td>
<td data-l="Start">{{ row.start }}</td>
<td data-l="You pay at most" class="num">{{ row.total }}</td>
</tr>{% endfor %}</tbody>"""  # noqa: E501 (a template)
"""The rows of templates/assignments/client/_row.html in Jinja2, with the same functions for badges."""


def against_jinja(world: World, rounds: int) -> list[Result]:
    """The same rows, drawn by both; what they draw must be the same but for white space."""
    member = world.owner.memberships.select_related("client").get()
    mine = Assignment.objects.filter(client=member.client)
    part = listing.page(client_list.shown(mine), listing.order(""), QueryDict())
    labels.put_on(part.items, clock.now(), "client")
    rows = [client_list.ready(row) for row in part.items]
    context: dict[str, Any] = {"rows": rows, "may_act": True}
    twin = Environment(autoescape=True).from_string(
        TWIN, globals={"label": onsite.label, "stage": onsite.stage}
    )

    def ours() -> str:
        return client_list.drawn(rows, may_act=True)

    assert _plain(f"<tbody>{ours()}</tbody>") == _plain(twin.render(context))
    found = interleaved({"ours": ours, "twin": lambda: twin.render(context)}, max(rounds, 50))
    what = f"{len(rows)} rows drawn by the page / Jinja2"
    return [at_most("P11", what, median(found["ours"]), median(found["twin"]), 2)]


def _plain(html: str) -> str:
    return re.sub(r"\s+", "", html)
