/** An address as one number: easy to believe, and nothing of the product's. */
interface NaiveAddress {
  readonly width: 32 | 128;
  readonly value: bigint;
}

/** Whether a range in canonical form, such as `10.0.0.0/8` or `::1`, holds an address. */
export function naiveHolds(range: string, address: string): boolean {
  const [base, mask] = range.split('/');
  const { width, value } = read(base);
  const asked = read(address);
  const free = BigInt(mask === undefined ? 0 : width - Number(mask));
  return asked.width === width && asked.value >> free === value >> free;
}

/** The first of the ranges that holds an address; `null` when none does. */
export function naiveAdmittingRule(ranges: readonly string[], address: string): string | null {
  return ranges.find((range) => naiveHolds(range, address)) ?? null;
}

/** The first of the ranges whose written address has the longest beginning in common with another. */
export function naiveNearestRule(ranges: readonly string[], address: string): string | null {
  const asked = read(address);
  let nearest: string | null = null;
  let leastDifference = 0;
  for (const range of ranges) {
    const { width, value } = read(range.split('/')[0]);
    if (width !== asked.width) continue;
    // As many digits as there are behind the beginning in common.
    const difference = value === asked.value ? 0 : (value ^ asked.value).toString(2).length;
    if (nearest !== null && difference >= leastDifference) continue;
    nearest = range;
    leastDifference = difference;
  }
  return nearest;
}

function read(canonical: string): NaiveAddress {
  if (!canonical.includes(':')) {
    return { width: 32, value: inBase(canonical.split('.').map(Number), 256n) };
  }
  const [before, after] = canonical.split('::').map((half) => half.split(':').filter(Boolean));
  const missing = after === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(missing).fill('0'), ...(after ?? [])];
  return {
    width: 128,
    value: inBase(
      groups.map((group) => Number.parseInt(group, 16)),
      65_536n,
    ),
  };
}

function inBase(digits: readonly number[], base: bigint): bigint {
  return digits.reduce((value, digit) => value * base + BigInt(digit), 0n);
}
