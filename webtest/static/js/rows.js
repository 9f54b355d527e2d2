/** Rows for letters: none ever covers another. A pure function, tested in the browser. */

/**
 * Give every letter a row: the first in which it is far enough from all others. The moved letter chooses last; the others
 * keep their order of rows, so that they can only rise.
 * @param {{value: number, row: number}[]} letters  row Infinity: not placed yet; rows are written here
 * @param {object | null} moved @param {number} apart  least distance of two values in one row
 */
export function settle(letters, moved, apart) {
  const order = [...letters].sort((a, b) => Number(a === moved) - Number(b === moved) || (a.row < b.row ? -1 : a.row > b.row ? 1 : 0));
  /** @type {{value: number, row: number}[]} */
  const placed = [];
  for (const letter of order) {
    let row = 0;
    while (placed.some((other) => other.row === row && Math.abs(other.value - letter.value) < apart)) row += 1;
    letter.row = row;
    placed.push(letter);
  }
}
