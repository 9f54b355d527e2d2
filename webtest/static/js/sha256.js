/**
 * SHA-256 (FIPS 180-4) of sounds. `crypto.subtle` is there in secure contexts only, which a laboratory's plain HTTP is
 * not: there it is computed here, some hundred milliseconds a page.
 */

/** @param {ArrayBuffer} data @returns {Promise<string>}  hexadecimal */
export async function sha256(data) {
  if (!globalThis.crypto?.subtle) return digest(new Uint8Array(data));
  const found = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return [...found].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {number} count @returns {number[]} */
function primes(count) {
  /** @type {number[]} */
  const found = [];
  for (let n = 2; found.length < count; n += 1) if (found.every((prime) => n % prime)) found.push(n);
  return found;
}

/** First 32 bits of the fractional part. @param {number} value */
const fraction = (value) => (value - Math.floor(value)) * 2 ** 32;
const START = primes(8).map((prime) => fraction(Math.sqrt(prime)));
const ROUNDS = Int32Array.from(primes(64), (prime) => fraction(Math.cbrt(prime)));

/** @param {number} word @param {number} bits */
const turn = (word, bits) => (word >>> bits) | (word << (32 - bits));

/** @param {Uint8Array} data @returns {string}  hexadecimal */
export function digest(data) {
  const whole = new Uint8Array(64 * Math.ceil((data.length + 9) / 64));
  whole.set(data);
  whole[data.length] = 0x80;
  const view = new DataView(whole.buffer);
  view.setUint32(whole.length - 8, Math.floor(data.length / 2 ** 29));
  view.setUint32(whole.length - 4, data.length * 8);
  const hash = Int32Array.from(START);
  const words = new Int32Array(64);
  for (let block = 0; block < whole.length; block += 64) {
    for (let i = 0; i < 16; i += 1) words[i] = view.getInt32(block + 4 * i);
    for (let i = 16; i < 64; i += 1) {
      const near = words[i - 2];
      const far = words[i - 15];
      const one = turn(near, 17) ^ turn(near, 19) ^ (near >>> 10);
      const two = turn(far, 7) ^ turn(far, 18) ^ (far >>> 3);
      words[i] = one + words[i - 7] + two + words[i - 16];
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let i = 0; i < 64; i += 1) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS[i] + words[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) hash[i] += word;
  }
  return [...hash].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}
