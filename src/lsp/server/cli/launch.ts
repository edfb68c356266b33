#!/usr/bin/env node
import * as module from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** What Node.js 22.1 and later have. */
const keepCompiled = Reflect.get(module, 'enableCompileCache') as
  | ((folder: string) => void)
  | undefined;

const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
// What V8 makes of the program is a third of the time that a small file takes. It is kept with the person's own files, and
// never below the folder that the program runs in: whoever could write it could have us run anything.
const caches = [XDG_CACHE_HOME, LOCALAPPDATA, ofHome()].find((folder) => isAbsolute(folder ?? ''));
if (caches !== undefined) keepCompiled?.(join(caches, 'stevedore-check'));

function ofHome(): string {
  try {
    return join(homedir(), '.cache');
  } catch {
    // Not every user has a home.
    return '';
  }
}

void import('./main.ts');
