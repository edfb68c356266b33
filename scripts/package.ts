import { relative } from 'node:path';
import { packageExtension } from './lib/package.ts';

/** Makes dist/ and stevedore.vsix, and does nothing when they are of the present sources. */
console.log(relative(process.cwd(), await packageExtension()));
