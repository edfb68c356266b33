/** Random choices that are the same for the same seed. */
export interface Dice {
  readonly chance: (probability: number) => boolean;
  /** From 0 to `most`. */
  readonly upTo: (most: number) => number;
  readonly pick: <T>(list: readonly T[]) => T;
  /** One of the first list; of both, where the text is to have faults. */
  readonly rather: <T>(good: readonly T[], odd: readonly T[]) => T;
  /** Whether to do what is a fault, in a text that is to have some. */
  readonly odd: (probability: number) => boolean;
  readonly many: (least: number, most: number, make: () => string, between?: string) => string;
}

/** @param wildness how many of a hundred texts are to have faults; {@link Dice.odd} and `rather` keep to one for a text */
export function throwDice(random: () => number, wildness: number): Dice {
  const chance = (probability: number) => random() < probability;
  const upTo = (most: number) => Math.floor(random() * (most + 1));
  const wild = chance(wildness / 100);
  const pick = <T>(list: readonly T[]): T => list[upTo(list.length - 1)] as T;
  return {
    chance,
    upTo,
    pick,
    rather: (good, odd) => (wild && chance(0.15) ? pick(odd) : pick(good)),
    odd: (probability) => wild && chance(probability),
    many: (least, most, make, between = ' ') =>
      Array.from({ length: least + upTo(most - least) }, make).join(between),
  };
}
