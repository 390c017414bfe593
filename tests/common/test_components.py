"""Each component draws, says what it should, and escapes what people typed."""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import html5lib
import pytest
from django import forms
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from common import clock, context, views
from common.errors import NotAllowed
from common.money import Money
from common.styleguide import samples
from common.templatetags.onsite import STAGES, initials, stage_word

EVIL = "<b onclick=x>&"
FORBIDDEN = {
    "inline style": re.compile(r"<style\b|\sstyle\s*="),
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)"),
    "event attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*="),
}
SAFE = "&lt;b onclick=x&gt;&amp;"
NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_providers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The frame alone: numbers that upper rooms register would ask the database."""
    monkeypatch.setattr(context, "_providers", {})


def draw(source: str, **values: Any) -> str:
    with clock.moved(NOW):
        return Template("{% load onsite %}" + source).render(Context(values))


def include(name: str, **values: Any) -> str:
    return draw(f'{{% include "components/{name}.html" %}}', **values)


@pytest.mark.parametrize(("state", "word"), STAGES.items())
def test_every_stage_has_its_word(state: str, word: Any) -> None:
    assert draw("{% stage state %}", state=state) == f'<span class="stage s-{word.css}">{word.text}</span>'


def test_available_is_called_sent_in_the_clients_lists_only() -> None:
    assert [stage_word("sent").text, stage_word("sent", "client").text] == ["Available", "Sent"]
    assert stage_word("paid", "client").text == "Paid"


def test_an_unknown_stage_is_an_error() -> None:
    with pytest.raises(KeyError):
        stage_word("lost")


def test_icon_is_decoration_unless_it_has_a_name() -> None:
    assert 'aria-hidden="true"' in draw('{% icon "check" %}')
    named = draw('{% icon "check" text %}', text=EVIL)
    assert 'role="img"' in named and SAFE in named and EVIL not in named


def test_label_escapes_its_text() -> None:
    html = draw('{% label "bad" text %}', text=EVIL)
    assert html.startswith('<span class="label bad">') and SAFE in html and EVIL not in html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("{% money m %}", '<span class="num">$1,204.00</span>'),
        ("{% money m sign=True %}", '<span class="num">+$1,204.00</span>'),
        ('{% money m sign="cost" %}', '<span class="num up">+$1,204.00</span>'),
        ('{% money less sign="cost" %}', '<span class="num down">−$5.00</span>'),
    ],
)
def test_money(source: str, html: str) -> None:
    assert draw(source, m=Money(120_400, "USD"), less=Money(-500, "USD")) == html


def test_nothing_to_show_is_a_dash_with_words() -> None:
    assert "no amount" in draw("{% money m %}", m=None)
    assert "no date" in draw("{% when m %}", m=None)


def test_when_is_absolute_and_relative() -> None:
    moment = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
    html = draw('{% when m "America/New_York" own="America/Los_Angeles" %}', m=moment)
    assert '<time datetime="2026-12-01T14:00:00+00:00">Tue, Dec 1, 9:00 AM EST' in html
    assert "in 7 days" in html and "Tue, Dec 1, 6:00 AM PST for you" in html
    assert "in 7 days" not in draw('{% when m "America/New_York" short=True %}', m=moment)


def test_small_time_tags() -> None:
    moment = NOW + timedelta(hours=2)
    assert draw("{% minutes n %}|{% miles d %}", n=135, d=14.2) == "2 h 15 min|14 mi"
    assert draw("{% day d %}", d=NOW.date()) == '<time datetime="2026-11-24">Nov 24</time>'
    assert "in 2 hours" in draw("{% relative m %}", m=moment)
    assert "2:00 PM to 4:00 PM UTC" in draw("{% whenrange a b %}", a=NOW, b=moment)


def test_next_card_with_an_act_has_one_filled_button() -> None:
    html = include("_next", next=samples()["next_act"])
    assert html.count("primary") == 1 and "Compare 3 applications" in html and "By <time" in html


def test_next_card_without_an_act_waits() -> None:
    html = include("_next", next=samples()["next_wait"])
    assert "next waiting" in html and "primary" not in html


def test_a_posting_button_is_a_form_with_a_token() -> None:
    button = {"label": EVIL, "url": "/go/", "method": "post", "fields": {"version": 7}}
    html = include("_button", button=button, primary=True, csrf_token="abc")
    assert '<form method="post" action="/go/"' in html and "csrfmiddlewaretoken" in html
    assert '<input type="hidden" name="version" value="7">' in html and SAFE in html and EVIL not in html


def test_tracker_marks_the_current_step() -> None:
    html = include("_tracker", steps=samples()["steps"], current="Assigned", index=3, total=7)
    assert html.count("<li") == 7 and html.count('aria-current="step"') == 1 and "stage 3 of 7" in html


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("_empty", {"title": EVIL, "why": EVIL, "action_url": "/x/", "action_label": EVIL}),
        ("_kv", {"rows": [{"label": EVIL, "value": EVIL, "is_total": True}]}),
        ("_summary_list", {"rows": [{"label": EVIL, "value": EVIL, "change_url": "/x/"}]}),
        ("_timeline", {"items": [{"icon": "zap", "html": EVIL, "at": NOW, "actor": EVIL}]}),
        ("_pager", {"page": {"next_url": "?after=1", "prev_url": "?before=1", "summary": EVIL}}),
        ("_menu", {"items": [{"label": EVIL, "url": "/x/", "method": "post"}]}),
        (
            "_queue_row",
            {"row": samples()["queue"][0] | {"title": EVIL, "sentence": EVIL, "label_text": EVIL}},
        ),
    ],
)
def test_components_escape(name: str, values: dict[str, Any]) -> None:
    html = include(name, **values)
    assert SAFE in html and EVIL not in html


def test_kv_shows_a_zero_amount() -> None:
    assert "$0.00" in include("_kv", rows=[{"label": "Fee", "money": Money(0, "USD")}])


def test_pager_is_absent_without_pages() -> None:
    assert include("_pager", page={}).strip() == ""


class Sample(forms.Form):
    name = forms.CharField(label="Full name", help_text="As on your papers.")
    zip_code = forms.CharField(label="ZIP code")
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, label="Kind")
    agree = forms.BooleanField(label="I agree")
    note = forms.CharField(required=False)


def test_field_ties_label_hint_and_error_together() -> None:
    html = Sample({"name": ""})["name"].as_field_group()
    assert '<label for="id_name">Full name</label>' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html and 'aria-invalid="true"' in html
    assert 'id="id_name_helptext"' in html and 'id="id_name_error"' in html and "Enter full name" in html


def test_optional_fields_say_so_and_others_do_not() -> None:
    form = Sample()
    assert "(optional)" in form["note"].as_field_group() and "(optional)" not in form["name"].as_field_group()


def test_error_summary_links_to_the_inputs_with_the_same_words() -> None:
    form = Sample({"kind": "c"})
    form.add_error(None, EVIL)
    html = include("_error_summary", form=form)
    for target, words in [
        ("id_name", "Enter full name"),
        ("id_zip_code", "Enter ZIP code"),
        ("id_kind_0", "Choose one of the options for kind"),
        ("id_agree", "Tick the box to go on: I agree"),
    ]:
        assert f'<a href="#{target}">{words}</a>' in html
        assert words in include("_form", form=form).split("</section>", 1)[1]
    assert SAFE in html and EVIL not in html


def test_a_form_without_errors_has_no_summary() -> None:
    assert include("_error_summary", form=Sample()).strip() == ""


def test_form_draws_hidden_fields_bare() -> None:
    class Hidden(forms.Form):
        version = forms.IntegerField(widget=forms.HiddenInput)

    html = include("_form", form=Hidden(initial={"version": 3}))
    assert "<label" not in html and 'value="3"' in html


@pytest.mark.parametrize(
    ("name", "short"), [("Marcus Obi", "MO"), ("Ana", "A"), ("", ""), ("Li van der Berg", "LB")]
)
def test_initials(name: str, short: str) -> None:
    assert initials(name) == short


def visit(hat: str = "client", **more: Any) -> str:
    """The style guide as a signed-in person sees it, drawn by the project's own template settings."""
    request = RequestFactory().get("/styleguide/")
    request.user = person(hat=hat, **more)
    return render_to_string("styleguide.html", samples(), request)


@pytest.mark.parametrize("hat", ["client", "worker", ""])
def test_style_guide_is_a_whole_valid_page(hat: str) -> None:
    html = visit(hat)
    parser = html5lib.HTMLParser()
    parser.parse(html)
    assert parser.errors == []
    assert html.count("<h1") == 1 and '<html lang="en" data-theme="dark">' in html
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert sorted(ids) == sorted(set(ids))
    assert [rule for rule, pattern in FORBIDDEN.items() if pattern.search(html)] == []


def test_page_title_says_that_there_is_an_error() -> None:
    assert "<title>Error: " in render_to_string("base.html", {"form": Sample({"name": ""})})
    assert "Error:" not in render_to_string("base.html", {"form": Sample()})


def test_shortcuts_are_on_the_page_only_when_switched_on() -> None:
    on, off = visit(), visit(shortcuts=False)
    assert "data-shortcuts" in on and 'id="shortcuts"' in on
    assert "data-shortcuts" not in off and 'id="shortcuts"' not in off


@pytest.mark.parametrize(
    ("status", "words"), [(400, "could not read"), (403, "cannot do this"), (404, "nothing here")]
)
def test_error_pages_are_calm(status: int, words: str) -> None:
    answer = getattr(views, f"handler{status}")(RequestFactory().get("/"), Exception("secret detail"))
    page = answer.content.decode()
    assert answer.status_code == status and words in page and "secret detail" not in page


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (TooManyFilesSent, "At most 50 files can be sent at once."),
        (TooManyFieldsSent, "At most 2,000 fields can be sent at once."),
        (RequestDataTooBig, "There is more text here than one page can send."),
    ],
)
def test_too_much_in_one_request_says_what_to_do(limit: type[Exception], words: str) -> None:
    answer = views.handler400(RequestFactory().get("/"), limit("secret detail"))
    page = answer.content.decode()
    assert answer.status_code == 400 and words in page and "Nothing was saved." in page
    assert "secret detail" not in page


def test_a_rules_own_sentence_is_shown_on_403() -> None:
    answer = views.handler403(RequestFactory().get("/"), NotAllowed("Only a Manager may approve work."))
    assert "Only a Manager may approve work." in answer.content.decode()


@pytest.mark.parametrize(("is_staff", "debug"), [(True, False), (False, True)])
def test_style_guide_is_open_to_developers_and_staff(settings: Any, is_staff: bool, debug: bool) -> None:
    settings.DEBUG = debug
    request = RequestFactory().get("/styleguide/")
    request.user = person(is_staff=is_staff)
    assert views.styleguide(request).status_code == 200


def test_style_guide_is_closed_to_everybody_else(settings: Any) -> None:
    settings.DEBUG = False
    request = RequestFactory().get("/styleguide/")
    request.user = person()
    with pytest.raises(Http404):
        views.styleguide(request)


def test_error_page_needs_nothing() -> None:
    answer = views.handler500(RequestFactory().get("/"))
    assert answer.status_code == 500 and b"Something went wrong on our side" in answer.content


def person(**more: Any) -> SimpleNamespace:
    values = {
        "is_authenticated": True,
        "is_staff": False,
        "hat": "client",
        "theme": "dark",
        "shortcuts": True,
        "name": "Priya Shah",
        "initials": "PS",
        "email": "client@onsite.example",
    }
    return SimpleNamespace(**values | more)


def frame(path: str = "/", user: Any = None, **cookies: str) -> context.Shell:
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies)
    request.user = user or SimpleNamespace(is_authenticated=False)
    return context.Shell(request)


def test_a_visitor_has_no_navigation_and_the_browsers_theme() -> None:
    visitor = frame(theme="light")
    assert (visitor.user, visitor.nav, visitor.tabs, visitor.unread) == (None, [], [], 0)
    assert visitor.theme == "light" and frame(theme="<evil>").theme == "system"


@pytest.mark.urls("common.urls")
def test_navigation_leaves_out_names_that_no_room_defines(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = (context.Entry("Home", "house", "styleguide"), context.Entry("Gone", "x", "no:such"))
    monkeypatch.setitem(context.NAV, "client", entries)
    shell = frame(reverse("styleguide"), person())
    assert [(link.text, link.is_current) for link in shell.nav] == [("Home", True)]


@pytest.mark.parametrize(
    ("hat", "path", "nav", "tabs"),
    [
        ("worker", "/home/", ["Home"], ["Home"]),
        ("worker", "/", ["Home"], ["Home"]),
        ("worker", "/work/", ["My work"], []),
        ("worker", "/home-office/", [], []),
        ("client", "/dashboard/", ["Dashboard"], ["Home"]),
        ("client", "/assignments/12/", ["Assignments"], ["Work"]),
        ("client", "/assignments/new/", ["Assignments"], ["Create"]),
        ("client", "/profile/", [], []),
    ],
)
def test_the_place_of_the_reader_is_marked(
    monkeypatch: pytest.MonkeyPatch, hat: str, path: str, nav: list[str], tabs: list[str]
) -> None:
    monkeypatch.setattr(context, "_providers", {})
    shell = frame(path, person(hat=hat))
    found = [[link.text for link in links if link.is_current] for links in (shell.nav, shell.tabs)]
    assert found == [nav, tabs]


def test_unread_comes_from_the_registered_provider_and_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setitem(context._providers, "unread", lambda user: asked.append(user) or 4)
    shell = frame("/", person())
    assert (shell.unread, shell.unread, len(asked)) == (4, 4, 1)
