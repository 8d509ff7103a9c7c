// Points as whole numbers of the smallest step, so that sums are exact. Nothing here touches the page.

// "２５％" → 25 steps of 1, "12½" → 25 steps of ½; null for an empty text; NaN for anything that is not a number of points.
export function parsePoints(text, step) {
  const plain = text.replace(/½/g, ".5").normalize("NFKC").replace(/[\s%]/g, "").replace(/[。,]/g, ".");
  if (plain === "") return null;
  if (!/^(\d{1,4}(\.\d{0,2})?|\.\d{1,2})$/.test(plain)) return NaN;
  return Number(plain) / step;
}

export function formatPoints(steps, step) {
  return steps === null ? "" : String(steps * step);
}

// "range", "step" or "" – the reason why a parsed value cannot stand.
export function refusal(steps, limit) {
  if (steps === null) return "";
  if (Number.isNaN(steps) || steps > limit) return "range";
  return Number.isInteger(steps) ? "" : "step";
}

export function sum(values) {
  return values.reduce((total, value) => total + (value ?? 0), 0);
}

// Scales the free rows in proportion so that all rows add to `total`; the remainder goes to the largest
// fractions, ties in listed order. Empty rows stay empty, zeros stay zero, pinned rows stay as they are.
export function balanced(values, pinned, total) {
  const share = total - sum(values.filter((_, i) => pinned[i]));
  const free = values.map((value, i) => (pinned[i] ? 0 : value ?? 0));
  const weight = sum(free);
  if (share < 0) return { reason: "pinned" };
  if (weight === 0) return { reason: "nothing" };
  const result = values.map((value, i) => (free[i] === 0 ? value : Math.floor((value * share) / weight)));
  const fraction = (i) => (free[i] * share) % weight;
  const order = [...values.keys()].filter((i) => free[i] > 0).sort((a, b) => fraction(b) - fraction(a) || a - b);
  order.slice(0, total - sum(result)).forEach((i) => { result[i] += 1; });
  return { values: result };
}

// "{n} left" with {n: 12} → "12 left".
export function fill(text, numbers) {
  return text.replace(/\{(\w+)\}/g, (_, name) => numbers[name]);
}
