"""The researcher's Markdown becomes HTML that can do nothing."""

from html.parser import HTMLParser

import pytest

from webtest.texts import TAGS, html


def test_markdown_is_rendered():
    assert html("You hear **loops**.\n\n- one\n- two") == (
        "<p>You hear <strong>loops</strong>.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
    )


def test_links_open_without_a_referrer():
    assert html("[us](https://example.org)") == (
        '<p><a href="https://example.org" rel="noopener noreferrer">us</a></p>\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "![x](https://example.org/count.png)",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        '<p style="position:fixed" onclick="x()">hello</p>',
        "<iframe src=https://example.org></iframe>",
        "| a |\n|:-:|\n| b |",
    ],
)
def test_nothing_active_or_foreign_survives(text):
    found = Elements()
    found.feed(html(text))
    assert {tag for tag, _ in found.elements} <= TAGS
    for tag, attributes in found.elements:
        assert set(attributes) <= ({"href", "rel"} if tag == "a" else set())
        assert attributes.get("href", "https:").startswith(("https:", "http:", "mailto:"))


class Elements(HTMLParser):
    """The elements of a document, as a browser would see them."""

    def __init__(self):
        super().__init__()
        self.elements = []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
