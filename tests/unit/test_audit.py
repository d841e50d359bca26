"""The audit trail: numbers are traced, broken or untraced, and nothing slips through."""

import lxml.html
import pytest

from briefing import audit, load

from ..synthetic import write_project


@pytest.fixture
def package(tmp_path):
    return load(write_project(tmp_path))


def trail(package, html):
    return audit.audit(package, lxml.html.fragment_fromstring(html, create_parent="main"))


@pytest.mark.parametrize("origin", ["judge", "article", "sources", "table:claims", "config:dates.then", "source:src-post"])
def test_an_origin_that_leads_somewhere_is_counted(package, origin):
    assert trail(package, f'<p><data value="3" data-origin="{origin}">3</data></p>').traced == {origin: 1}


@pytest.mark.parametrize("origin", ["", "check:none", "table:none", "config:dates.never", "source:src-none", "hearsay"])
def test_an_origin_that_leads_nowhere_is_broken(package, origin):
    assert trail(package, f'<p><data value="3" data-origin="{origin}">3</data></p>').broken


@pytest.mark.parametrize("text", ["34 days later", "a share of 21%", "1,461 warheads", "20-30 warheads", "Mach 9", "ahead 10 to one"])
def test_a_bare_number_is_untraced(package, text):
    assert len(trail(package, f"<p>{text}</p>").untraced) == 1


@pytest.mark.parametrize(
    "html",
    [
        "<p>on 5 September 2019, in 2021, see C07 and section 6.2</p>",
        '<p>34 days <a href="#src-post">Post</a></p>',
        '<p lang="fr">34 jours</p>',
        '<figure><figcaption>34 days <a href="#src-post">Post</a></figcaption></figure>',
        '<article><p class="reason">34 days</p><details class="evidence"><ul><li>34 days</li></ul></details></article>',
    ],
)
def test_pointers_and_sourced_numbers_are_no_gap(package, html):
    assert trail(package, html).untraced == []


def test_a_name_that_holds_a_number_is_no_figure(package):
    package.config["audit"] = {"names": ["Mach 5"]}
    assert [n for _, _, n in trail(package, "<p>above Mach 5, at Mach 9</p>").untraced] == ["9"]
