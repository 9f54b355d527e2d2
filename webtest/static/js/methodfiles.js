/** A method's own script and style, from its folder. */

/** @import {Method, MethodContext} from "./types.js" */

/** @typedef {(root: HTMLElement, context: MethodContext) => Method} MountMethod */

/** @param {string} name @returns {Promise<MountMethod>} */
export async function loadMethod(name) {
  const folder = new URL(`../../methods/${encodeURIComponent(name)}/`, import.meta.url);
  const [{ mount }] = await Promise.all([import(new URL("page.js", folder).href), loadStyle(new URL("page.css", folder).href)]);
  return mount;
}

/** @param {string} href @returns {Promise<void>} */
function loadStyle(href) {
  if (document.head.querySelector(`link[href="${CSS.escape(href)}"]`)) return Promise.resolve();
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  return new Promise((resolve) => {
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => resolve()); // without style it still works
    document.head.append(link);
  });
}
