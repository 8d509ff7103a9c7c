// The list under other weights: the same sums in the same order as ranking/core/what_if.py, so that both find the same bits.
// Figures are columns: figures[leaf][unit], NaN where one is missing. A tree is { parents, leaves, groups } with groups deepest first.
const STEPS = 20;
const AHEAD = 1e-9;

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

export function closed(numbers) {
  const total = sum(numbers);
  if (!(total > 0)) throw new RangeError("zero_total");
  return numbers.map((number) => number / total);
}

export function sharesOf(points, groups) {
  const shares = new Array(points.length).fill(0);
  for (const group of groups) {
    const total = sum(group.map((node) => points[node]));
    if (total > 0) for (const node of group) shares[node] = points[node] / total;
  }
  return shares;
}

export function leafWeights(tree, local) {
  const whole = [...local];
  tree.parents.forEach((parent, node) => { if (parent >= 0) whole[node] *= whole[parent]; });
  return closed(tree.leaves.map((leaf) => whole[leaf]));
}

export function blended(expert, variation, alpha) {
  return closed(expert.map((s, leaf) => alpha * s + (1 - alpha) * variation[leaf]));
}

export function floored(weights, floor) {
  const rest = freeWeight(weights.length, floor);
  return weights.map((weight) => floor + rest * weight);
}

function freeWeight(count, floor) {
  return Math.max(1 - count * floor, 0);
}

export function localShares(tree, weights) {
  const whole = new Array(tree.parents.length).fill(0);
  tree.leaves.forEach((leaf, place) => { whole[leaf] = weights[place]; });
  for (let node = whole.length - 1; node >= 0; node -= 1) if (tree.parents[node] >= 0) whole[tree.parents[node]] += whole[node];
  return sharesOf(whole, tree.groups);
}

export function scoresOf(tree, figures, weights) {
  const local = localShares(tree, weights);
  const nodes = new Map(tree.leaves.map((leaf, place) => [leaf, figures[place]]));
  for (const group of tree.groups) nodes.set(tree.parents[group[0]], meanOf(group.map((node) => nodes.get(node)), group.map((node) => local[node])));
  return nodes.get(-1);
}

function meanOf(columns, shares) {
  const units = columns[0].length;
  const above = new Float64Array(units);
  const below = new Float64Array(units);
  columns.forEach((column, place) => {
    const share = shares[place];
    if (!(share > 0)) return;
    for (let unit = 0; unit < units; unit += 1) {
      if (Number.isNaN(column[unit])) continue;
      above[unit] += share * column[unit];
      below[unit] += share;
    }
  });
  return above.map((total, unit) => (below[unit] > 0 ? total / below[unit] : NaN));
}

export function ofHundred(scores) {
  const best = Math.max(...scores);
  return scores.map((score) => (100 * score) / best);
}

// 1 = highest; scores within the tolerance of the first of their run share its rank.
export function ranksOf(scores, tolerance) {
  const order = [...scores.keys()].sort((a, b) => scores[b] - scores[a]);
  const ranks = new Array(scores.length);
  let leader = Infinity;
  let rank = 0;
  order.forEach((unit, place) => {
    if (leader - scores[unit] > tolerance) { leader = scores[unit]; rank = place + 1; }
    ranks[unit] = rank;
  });
  return ranks;
}

export function tierOf(rank, cuts) {
  return cuts.findIndex((last) => rank <= last) + 1;
}

export function spearman(first, second) {
  const [one, two] = [midranks(first), midranks(second)];
  const middle = (first.length + 1) / 2;
  const product = sum(one.map((rank, place) => (rank - middle) * (two[place] - middle)));
  const size = Math.sqrt(sum(one.map((rank) => (rank - middle) ** 2)) * sum(two.map((rank) => (rank - middle) ** 2)));
  return size ? product / size : null;
}

function midranks(values) {
  const order = [...values.keys()].sort((a, b) => values[a] - values[b]);
  const ranks = new Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && values[order[end]] === values[order[start]]) end += 1;
    for (let place = start; place < end; place += 1) ranks[order[place]] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

// Kendall's tau-b.
export function kendall(first, second) {
  let [agreeing, ties, otherTies, pairs] = [0, 0, 0, 0];
  for (let a = 0; a < first.length; a += 1) {
    for (let b = a + 1; b < first.length; b += 1) {
      const [one, two] = [Math.sign(first[a] - first[b]), Math.sign(second[a] - second[b])];
      agreeing += one * two;
      ties += one === 0 ? 1 : 0;
      otherTies += two === 0 ? 1 : 0;
      pairs += 1;
    }
  }
  const size = Math.sqrt(pairs - ties) * Math.sqrt(pairs - otherTies);
  return size ? agreeing / size : null;
}

// How far one unit can rise and fall when every leaf has at least the floor: bounds, and ranks that were found.
export function reach(figures, place, floor) {
  const units = figures[0].length;
  const rest = freeWeight(figures.length, floor);
  const base = new Float64Array(units);
  for (const column of figures) for (let unit = 0; unit < units; unit += 1) base[unit] += floor * (column[unit] - column[place]);
  const corners = figures.map((column) => base.map((start, unit) => start + rest * (column[unit] - column[place])));
  const counts = [];
  corners.forEach((one, first) => {
    counts.push(ahead(units, (unit) => one[unit]));
    for (let second = first + 1; second < corners.length; second += 1) {
      const two = corners[second];
      for (let step = 1; step < STEPS; step += 1) {
        const share = step / STEPS;
        counts.push(ahead(units, (unit) => one[unit] * share + two[unit] * (1 - share)));
      }
    }
  });
  let [always, never] = [0, 0];
  for (let unit = 0; unit < units; unit += 1) {
    if (corners.every((corner) => corner[unit] > AHEAD)) always += 1;
    if (unit !== place && corners.every((corner) => corner[unit] <= AHEAD)) never += 1;
  }
  return { best: 1 + Math.min(...counts), worst: 1 + Math.max(...counts), best_bound: 1 + always, worst_bound: units - never };
}

function ahead(units, lead) {
  let count = 0;
  for (let unit = 0; unit < units; unit += 1) if (lead(unit) > AHEAD) count += 1;
  return count;
}
