"""Figures of a report, one module each; they draw numbers that other modules computed.

No figure writes a caption: captions belong to the page. Colour marks only what is under test;
reference and anchor, the yardsticks, are dark and mid grey. Of two tasks the first is light or
hollow and the second solid, so that every figure also reads in grey.
"""
