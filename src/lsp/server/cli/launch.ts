#!/usr/bin/env node
import * as module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What Node.js 22.1 and later have. */
const keepCompiled = Reflect.get(module, 'enableCompileCache') as
  | ((folder: string) => void)
  | undefined;

// What V8 makes of the program is a third of the time that a small file takes. It is kept with the person's own files:
// whoever could write it could have us run anything.
const caches = process.env['XDG_CACHE_HOME'] || process.env['LOCALAPPDATA'];
keepCompiled?.(join(caches || join(homedir(), '.cache'), 'stevedore-check'));

void import('./main.ts');
