import { describe, expect, it } from 'vitest';
import { fixed } from './hadolint/found.ts';

describe('a fix that removes an instruction', () => {
  it.each([
    [
      'MultipleInstructionsDisallowed',
      'FROM a:1\n# why\n«# hadolint ignore=DL3025\nCMD a\n»CMD ["b"]\n',
    ],
    [
      'DL3012',
      'FROM a:1\n«# hadolint ignore=DL3057\n  # check=skip=JSONArgsRecommended\nHEALTHCHECK CMD a\n»HEALTHCHECK NONE\n',
    ],
    [
      'stevedore/overridden-instruction',
      'FROM a:1\n«# check=skip=UndefinedVar\n»\n# why\n«USER a\n»USER b\n',
    ],
    [
      'stevedore/overridden-instruction',
      'FROM a:1\nEXPOSE 80«\n# hadolint ignore=DL3011\nEXPOSE 80»',
    ],
    [
      'stevedore/overridden-instruction',
      'FROM a:1\n# hadolint ignore=DL3002\n\n«USER a\n»USER b\n',
    ],
  ])('%s: takes the comments along that silence something in it: %j', async (id, text) => {
    expect((await fixed(id, text.replace(/[«»]/g, '')))[0]?.replace(/^\* /, '')).toBe(
      text.replace(/«[^»]*»/g, ''),
    );
  });
});
