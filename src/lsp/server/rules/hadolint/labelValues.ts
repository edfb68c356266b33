import licences from 'spdx-license-ids/index.json';

const LICENCES: ReadonlySet<string> = new Set(licences);

/** What any part of a URI may be made of, beside what is escaped. */
const FREE = "-\\w.~!$&'()*+,;=";
const AUTHORITY = `(?:[${FREE}:]*@)?(?:\\[[0-9a-f:.]+\\]|[${FREE}]*)(?::\\d*)?`;
const PATH = `[${FREE}:@/]*`;
const MORE = `[${FREE}:@/?]*`;
const URI = new RegExp(
  `^[a-z][a-z0-9+.-]*:(?://${AUTHORITY}(?:/${PATH})?|(?!//)${PATH})(?:\\?${MORE})?(?:#${MORE})?$`,
  'i',
);

/** Whether a text is a URI with its scheme, as RFC 3986 writes one. */
export function isUrl(value: string): boolean {
  return URI.test(value.replaceAll(/%[0-9a-f]{2}/gi, '0'));
}

/** Whether a text is a date and time of RFC 3339, such as `2026-01-31T12:00:00+01:00`, and there is such a day. */
export function isRfc3339(value: string): boolean {
  const match =
    /^(\d{4}-\d{2}-\d{2})[Tt ]([01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):?[0-5]\d)$/.exec(
      value,
    );
  if (!match?.[1]) return false;
  const day = new Date(`${match[1]}T00:00:00Z`);
  // A day that isn't in the month becomes one of the next, or none.
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(match[1]);
}

/** Whether a text is the identifier of a licence in the SPDX list, letter for letter. */
export function isLicense(value: string): boolean {
  return LICENCES.has(value);
}

/** Whether a text is the hash of a commit: 40 hexadecimal digits in lower case, or the first 7. */
export function isGitHash(value: string): boolean {
  return /^(?:[0-9a-f]{7}|[0-9a-f]{40})$/.test(value);
}

const NUMBER = /^(?:0|[1-9]\d*)$/;

/** Whether a text is a version of semver 2.0.0: `major.minor.patch`, then `-pre.release` and `+build` if any. */
export function isSemver(value: string): boolean {
  const plus = value.indexOf('+');
  const build = plus < 0 ? undefined : value.slice(plus + 1);
  const version = plus < 0 ? value : value.slice(0, plus);
  const dash = version.indexOf('-');
  const release = dash < 0 ? undefined : version.slice(dash + 1);
  const numbers = (dash < 0 ? version : version.slice(0, dash)).split('.');
  const isWord = (word: string) => /^[0-9A-Za-z-]+$/.test(word);
  return (
    numbers.length === 3 &&
    numbers.every((number) => NUMBER.test(number)) &&
    (release ?? '0')
      .split('.')
      .every((word) => isWord(word) && (/\D/.test(word) || NUMBER.test(word))) &&
    (build ?? '0').split('.').every(isWord)
  );
}

/** Words with a full stop between them, quoted or not. */
const LOCAL_PART =
  /^(?:(?:[\w!#$%&'*+/=?^`{|}~\u0080-\uffff-]+|"(?:[^"\\\r\n]|\\[^\r\n])*")(?:\.(?=.)|$))+$/;

/** Whether a text is an e-mail address as RFC 5322 writes one, without comments in it, of the lengths that SMTP allows. */
export function isEmail(value: string): boolean {
  const at = value.lastIndexOf('@');
  if (at < 1 || at > 64 || value.length > 254) return false;
  const domain = value.slice(at + 1);
  return (
    LOCAL_PART.test(value.slice(0, at)) &&
    (isHostName(domain) || /^\[[^[\]\\\r\n]*\]$/.test(domain))
  );
}

function isHostName(name: string): boolean {
  const labels = name.replace(/\.$/, '').split('.');
  return labels.every(
    (label) => label.length <= 63 && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i.test(label),
  );
}
