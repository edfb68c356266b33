import { asSentence } from '../util/format.ts';
import { missing } from './buildkit/failureWords.ts';
import { commandEnd } from './builds/commandEnd.ts';
import type { ToldFailure } from './builds/model.ts';
import { notForAll, notThere, shortImage } from './refusedImage.ts';
import { OF_PODMAN, unreached } from './unreached.ts';

type Rule = readonly [words: RegExp, told: (...found: string[]) => string | ToldFailure];

const IMAGE = String.raw`^creating build container: initializing source docker:\/\/(\S+): `;

const RULES: readonly Rule[] = [
  [
    /^while running runtime: exit status (\d+)$/,
    (code) => ({
      message: `the command ended with exit code ${code}.`,
      exitCode: Number(code),
    }),
  ],
  [
    /^checking on sources under "[^"]*": [^]*copier: stat: \[?"([^"]*)"\]?: no such file or directory$/,
    missing,
  ],
  [
    new RegExp(String.raw`${IMAGE}pinging container registry (\S+): ([^]+)$`),
    (image, host, why) => ({
      message: `the engine could not ask for the image ${shortImage(image)}: ${unreached(why, host, OF_PODMAN)}.`,
      image: shortImage(image),
    }),
  ],
  [new RegExp(String.raw`${IMAGE}reading manifest [^]*manifest unknown$`), notThere],
  [
    /\bfrom=([^\s,]+): no stage or image found with that name$/,
    (name) => ({ message: `there is neither a stage nor an image called ${name}.`, image: name }),
  ],
  [
    new RegExp(String.raw`${IMAGE}reading manifest [^]*(?:unauthorized|authentication required)`),
    notForAll,
  ],
  [
    /^building at STEP "[^]*": Build error: Unknown instruction: "(\w+)"/,
    (word) => `unknown instruction: ${word}`,
  ],
];

/** Why a step failed as Podman's builder has it, or Docker's classic one, as a sentence without its repeating the instruction, and without what only its authors know. */
export function podmanWords(message: string, instruction: string): ToldFailure {
  const place = `building at STEP "${instruction}": `;
  const words = message.startsWith(place) ? message.slice(place.length) : message;
  const exitCode = commandEnd(words)?.exitCode;
  if (exitCode !== undefined) return { message: asSentence(words), exitCode };
  for (const [pattern, tell] of RULES) {
    const found = pattern.exec(words);
    if (!found) continue;
    const told = tell(...found.slice(1));
    return typeof told === 'string' ? { message: asSentence(told) } : told;
  }
  return { message: asSentence(words) };
}
