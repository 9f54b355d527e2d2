/** The page's own words, one file a language: `static/strings/LOCALE.json`. */

const FALLBACK = "en";

/** @type {Record<string, string>} */
let table = {};
let locale = FALLBACK;

/** @param {string} wanted  a language tag; English where there is no file for it */
export async function loadStrings(wanted) {
  const names = wanted && wanted !== FALLBACK ? [wanted, FALLBACK] : [FALLBACK];
  for (const name of names) {
    const answer = await fetch(new URL(`../strings/${name}.json`, import.meta.url));
    if (answer.ok) {
      table = await answer.json();
      locale = name;
      document.documentElement.lang = name;
      return;
    }
  }
  throw new Error(`no strings for '${wanted}'`);
}

/**
 * A text with its `{values}` filled in.
 * @param {string} key @param {Record<string, string | number>} [values] @returns {string}
 */
export function t(key, values = {}) {
  const text = table[key];
  if (text === undefined) throw new Error(`no text '${key}' in ${locale}.json`);
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** "A, B and C" in the page's language. @param {string[]} words @returns {string} */
export function listed(words) {
  return new Intl.ListFormat(locale, { type: "conjunction" }).format(words);
}

/** @param {number} value @param {number} digits @returns {string} */
export function number(value, digits = 0) {
  return new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** A small number as a word, others in figures. @param {number} value @returns {string} */
export function spelled(value) {
  return table[`number.${value}`] ?? number(value);
}

/** With a capital. @param {string} word @returns {string} */
export function capital(word) {
  return word.charAt(0).toLocaleUpperCase(locale) + word.slice(1);
}

/** Fill `data-t`, `data-t-label` and `data-t-placeholder`. @param {ParentNode} root */
export function translate(root) {
  for (const target of root.querySelectorAll("[data-t]")) target.textContent = t(target.getAttribute("data-t") ?? "");
  for (const name of ["label", "placeholder"]) {
    const attribute = name === "label" ? "aria-label" : name;
    for (const target of root.querySelectorAll(`[data-t-${name}]`)) {
      target.setAttribute(attribute, t(target.getAttribute(`data-t-${name}`) ?? ""));
    }
  }
}
