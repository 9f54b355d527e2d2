"""How large a control is for a finger: where a press reaches it, not what is drawn."""

from __future__ import annotations

from playwright.sync_api import Locator

MARGIN_PX = 16  # a control may reach further than its box: by a pseudo-element
MOST_PX = 60
REACH = """(one, [margin, most]) => {
  one.scrollIntoView({ block: "center" });
  const box = one.getBoundingClientRect();
  const span = (from, length) => {
    const count = Math.min(length + 2 * margin, most);
    return Array.from({ length: count }, (_, index) => from + (length - count) / 2 + index + 0.5);
  };
  const isOwn = (x, y) => one.contains(document.elementFromPoint(x, y));
  const longest = (all) => {
    let run = 0;
    return Math.max(...all.map((own) => (run = own ? run + 1 : 0)));
  };
  const rows = span(box.top, box.height).map((y) => span(box.left, box.width).map((x) => isOwn(x, y)));
  const columns = rows[0].map((_, index) => rows.map((row) => row[index]));
  return [Math.max(...rows.map(longest)), Math.max(...columns.map(longest))];
}"""


def hit_area(control: Locator) -> tuple[int, int]:
    """Return width and height, in pixels, of where a press reaches a control; of large ones a part of it."""
    width, height = control.evaluate(REACH, [MARGIN_PX, MOST_PX])
    return width, height


def smaller_than(controls: Locator, least_px: int) -> list[str]:
    """Return the controls with a smaller target."""
    return [
        f"{hit_area(one)} {one.evaluate('one => one.outerHTML.slice(0, 80)')}"
        for one in controls.all()
        if min(hit_area(one)) < least_px
    ]
