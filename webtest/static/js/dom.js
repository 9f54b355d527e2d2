/** Reading and building the page: only text and templates, never markup from strings, with one exception below. */

import { translate } from "./strings.js";

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element #${id}`);
  return found;
}

/**
 * The part of a template's copy that is marked `data-part="name"`.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {ParentNode} root @param {string} name @returns {T}
 */
export function part(root, name) {
  const found = root.querySelector(`[data-part="${name}"]`);
  if (!found) throw new Error(`the template has no part '${name}'`);
  return /** @type {T} */ (found);
}

/** Copy the template `step-NAME`, translated. @param {string} name @returns {DocumentFragment} */
export function template(name) {
  const source = /** @type {HTMLTemplateElement} */ (byId(`step-${name}`));
  const copy = /** @type {DocumentFragment} */ (document.importNode(source.content, true));
  translate(copy);
  return copy;
}

/**
 * Make an element.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number | boolean>} [attributes]  `true` sets an empty attribute, `false` none
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children);
  return made;
}

/** @param {Element} target @param {string} name @param {boolean} on */
export function flag(target, name, on) {
  target.toggleAttribute(`data-${name}`, on);
}

/** Write text only where it changed, so that live regions speak once. @param {Element} target @param {string} text */
export function say(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/**
 * What the server made as HTML: the only place where markup from outside becomes elements.
 * @param {string} html @returns {DocumentFragment}
 */
export function parsed(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fragment = document.createDocumentFragment();
  for (const node of [...page.body.childNodes]) fragment.append(document.importNode(node, true));
  return fragment;
}

/**
 * The study's own texts: HTML that the server made from Markdown and sanitised.
 * @param {string} html @returns {DocumentFragment}
 */
export function sanitised(html) {
  const fragment = parsed(html);
  for (const link of fragment.querySelectorAll("a[href]")) {
    link.setAttribute("target", "_blank");
    link.setAttribute("rel", "noopener noreferrer");
  }
  return fragment;
}
