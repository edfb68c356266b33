import { isRaw } from '../mapping/reader.ts';
import { parse } from '../transport/answers.ts';

/** What a package is kept by. */
export type PackageKind = 'apk' | 'deb' | 'npm' | 'pip' | 'rpm';

export interface Package {
  readonly kind: PackageKind;
  readonly name: string;
  /** Empty where nothing says it. */
  readonly version: string;
}

type Read = (text: string) => Package[];

/** Databases are this large at the most; what is larger is not read. Bytes. */
export const LARGEST_DATABASE = 32 * 1024 * 1024;

const DPKG = /^(?:\.?\/)?var\/lib\/dpkg\/(?:status|status\.d\/[^/]+)$/;
const APK = /^(?:\.?\/)?(?:usr\/)?lib\/apk\/db\/installed$/;
const RPM =
  /^(?:\.?\/)?(?:var\/lib|usr\/lib\/sysimage)\/rpm\/(?:rpmdb\.sqlite|Packages|Packages\.db)$/;
const NPM = /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/@][^/]*\/package\.json$/;
const PIP = /(?:^|\/)[^/]+(?:\.dist-info\/METADATA|\.egg-info\/PKG-INFO)$/;

/**
 * How to read packages from a file of an image; undefined for a file that tells of none. Databases: apk's `installed`, dpkg's
 * `status` (and `status.d`, of images without a package manager), `package.json` below `node_modules`, `METADATA` of Python's
 * distributions. Of rpm's, which is a database of SQLite or Berkeley, only that it is there can be told.
 */
export function packageReader(path: string): Read | undefined {
  if (path.endsWith('/package.json')) return NPM.test(path) ? readNpm : undefined;
  if (path.endsWith('-info/METADATA') || path.endsWith('-info/PKG-INFO'))
    return PIP.test(path) ? readPip : undefined;
  if (APK.test(path)) return readApk;
  if (DPKG.test(path) && !path.endsWith('.md5sums')) return readDpkg;
  return RPM.test(path) ? readRpm : undefined;
}

/** Blocks of `P:name` and `V:version` (apk's format of an installed database). */
function readApk(text: string): Package[] {
  return text.split(/\n\n+/).flatMap((block) => {
    const name = /^P:(.+)$/m.exec(block)?.[1];
    const version = /^V:(.+)$/m.exec(block)?.[1] ?? '';
    return name === undefined ? [] : [{ kind: 'apk', name, version }];
  });
}

/** Paragraphs of deb-control(5); what was removed and left its configuration is not there any more. */
function readDpkg(text: string): Package[] {
  return text.split(/\n\n+/).flatMap((block) => {
    const name = /^Package: *(.+)$/m.exec(block)?.[1];
    const version = /^Version: *(.+)$/m.exec(block)?.[1] ?? '';
    const status = /^Status: *(.+)$/m.exec(block)?.[1] ?? 'install ok installed';
    return name === undefined || !/ (?:installed|triggers-\w+)$/.test(status)
      ? []
      : [{ kind: 'deb', name, version }];
  });
}

function readNpm(text: string): Package[] {
  const value = parse(text);
  if (!isRaw(value)) return [];
  const { name, version } = value;
  if (typeof name !== 'string' || name === '') return [];
  return [{ kind: 'npm', name, version: typeof version === 'string' ? version : '' }];
}

function readPip(text: string): Package[] {
  const [head = ''] = text.split(/\r?\n\r?\n/, 1);
  const name = /^Name: *(.+?)\r?$/m.exec(head)?.[1];
  const version = /^Version: *(.+?)\r?$/m.exec(head)?.[1] ?? '';
  return name === undefined ? [] : [{ kind: 'pip', name, version }];
}

const readRpm: Read = () => [{ kind: 'rpm', name: 'The database of rpm', version: '' }];
