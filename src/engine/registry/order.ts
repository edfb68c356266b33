import { naturalOrder } from '../../util/naturalOrder.ts';

interface Version {
  readonly numbers: readonly number[];
  /** What follows the numbers: `-rc1`, `-alpine`. */
  readonly rest: string;
}

function parseVersion(name: string): Version | undefined {
  const match = /^v?(\d+(?:\.\d+)*)(.*)$/i.exec(name);
  return match?.[1] === undefined
    ? undefined
    : { numbers: match[1].split('.').map(Number), rest: match[2] ?? '' };
}

const isPrerelease = (rest: string) =>
  /^[-.]?(alpha|beta|rc|pre|preview|dev|snapshot|nightly|canary|m\d)/i.test(rest);

/** Highest version first; 1.10 before 1.9, 1.2.3 before 1.2, a release before its candidates. */
function compareVersions(a: Version, b: Version): number {
  for (let index = 0; index < Math.max(a.numbers.length, b.numbers.length); index++) {
    const difference = (b.numbers[index] ?? -1) - (a.numbers[index] ?? -1);
    if (difference !== 0) return difference;
  }
  const stages = Number(isPrerelease(a.rest)) - Number(isPrerelease(b.rest));
  if (stages !== 0) return stages;
  return isPrerelease(a.rest) ? naturalOrder(b.rest, a.rest) : naturalOrder(a.rest, b.rest);
}

/** Order of tag names where no dates are known: `latest`, then versions downwards, then other names upwards. */
export function compareTagNames(a: string, b: string): number {
  if (a === b) return 0;
  if (a === 'latest' || b === 'latest') return a === 'latest' ? -1 : 1;
  const [left, right] = [parseVersion(a), parseVersion(b)];
  if (left && right) return compareVersions(left, right) || naturalOrder(a, b) || (a < b ? -1 : 1);
  if (left || right) return left ? -1 : 1;
  return naturalOrder(a, b) || (a < b ? -1 : 1);
}
