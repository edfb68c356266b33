import type { CancellationToken } from 'vscode-languageserver/node';
import type { ImageFacts, ImagesFrom } from '../../../util/imageRequest.ts';
import { parseImage } from '../data/images.ts';
import type { Parsed } from '../documents.ts';
import type { Reported } from '../lint/lint.ts';
import type { Stage } from '../parser/tree.ts';
import type { Fix } from '../rules/rule.ts';
import type { Images } from './images.ts';

/** How long the list of fixes waits for engine and registries, in milliseconds; what comes later is there the next time. */
const WAIT = 800;
const MOST = 3;
/** The rules that want a tag. */
const RULES: ReadonlySet<string> = new Set(['DL3006', 'DL3007']);
const DIGEST = /^sha256:[0-9a-f]{64}$/;
/** A version and nothing else: no variant, no candidate. */
const VERSION = /^v?(\d{1,9}(?:\.\d{1,9}){0,5})$/;
/** Tags of this many and more are dates of builds, not versions. */
const NO_VERSION = 1000;

interface World {
  readonly images: Images;
  readonly registries: boolean;
  readonly token: CancellationToken;
}

/** Tags and digests that a base image without a version may be given: those that engine and registries tell in time. */
export async function tagFixes(
  { tree }: Parsed,
  found: readonly Reported[],
  world: World,
): Promise<ReadonlyMap<Reported, readonly Fix[]>> {
  if (!world.images.available()) return new Map();
  const wanting = found.filter(({ rule, aliases }) =>
    [rule, ...aliases].some((id) => RULES.has(id)),
  );
  const fixes = wanting.map(async (one) => {
    const stage = tree.stages.find(
      ({ image }) => image && image.start <= one.span.start && one.span.end <= image.end,
    );
    return [one, stage ? await fixesOf(stage, world) : []] as const;
  });
  return new Map(await Promise.all(fixes));
}

async function fixesOf({ image }: Stage, world: World): Promise<readonly Fix[]> {
  // Where a variable or a quote stands in it, an edit of the text would be a guess.
  const name = image && image.end - image.start === image.text.length && parseImage(image.text);
  if (!image || !name || name.digest !== undefined) return [];
  const repository =
    name.tag === undefined ? image.text : image.text.slice(0, -1 - name.tag.length);
  const from: ImagesFrom[] = world.registries ? ['engine', 'registries'] : ['engine'];
  const answers = await Promise.all(from.map(async (one) => ask(one, repository, world)));
  const span = { start: image.start + repository.length, end: image.end };
  return choose(answers.flat()).map((suffix) => ({
    title: `Use ${repository}${suffix.startsWith('@') ? `${suffix.slice(0, 20)}…` : suffix}`,
    edits: [{ span, text: suffix }],
  }));
}

async function ask(
  from: ImagesFrom,
  repository: string,
  { images, token }: World,
): Promise<readonly ImageFacts[]> {
  return (await images.ask({ from, about: 'tags', repository }, token, WAIT)).images;
}

/**
 * What may stand behind a name, best first: the newest full version, the shorter one that goes on with its updates, or
 * another version where there is none, and the digest of what is the latest now. Where the digest of `latest` is known,
 * its versions are the newest.
 */
export function choose(tags: readonly ImageFacts[]): string[] {
  const latest = tags.find(
    ({ name, digest }) => name === 'latest' && DIGEST.test(digest ?? ''),
  )?.digest;
  const isLatest = new Set(
    tags.filter(({ digest }) => latest !== undefined && digest === latest).map(({ name }) => name),
  );
  const versions = [...new Set(tags.map(({ name }) => name))]
    .map((name) => ({ name, numbers: numbersOf(name) }))
    .filter(
      ({ name, numbers: [first = NO_VERSION] }) =>
        first < NO_VERSION || (isLatest.has(name) && VERSION.test(name)),
    )
    .sort(
      (a, b) =>
        Number(isLatest.has(b.name)) - Number(isLatest.has(a.name)) ||
        compare(a.numbers, b.numbers),
    )
    .map(({ name }) => name);
  const [best] = versions;
  const shorter = versions.filter((name) => best?.startsWith(`${name}.`));
  const longest = shorter.toSorted((a, b) => b.length - a.length)[0];
  const others = versions.filter((name) => name !== best && name !== longest);
  const named = [best, longest, ...others]
    .flatMap((name) => (name === undefined ? [] : [`:${name}`]))
    .slice(0, latest === undefined ? MOST : MOST - 1);
  return latest === undefined ? named : [...named, `@${latest}`];
}

function numbersOf(tag: string): number[] {
  return VERSION.exec(tag)?.[1]?.split('.').map(Number) ?? [];
}

/** The higher version first, and of two that begin alike the one that says more. */
function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (b[index] ?? -1) - (a[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}
