/** Random identifiers; `crypto.randomUUID` exists in secure contexts only, `getRandomValues` everywhere. */

/** @param {number} bytes @returns {string} */
function hexadecimal(bytes) {
  return [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** 32 hexadecimal digits. */
export const hex32 = () => hexadecimal(16);

/** A version 4 UUID (RFC 9562). @returns {string} */
export function uuid() {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const digits = hexadecimal(16).split("");
  digits[12] = "4";
  digits[16] = "89ab"[parseInt(digits[16], 16) & 3];
  const text = digits.join("");
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}
