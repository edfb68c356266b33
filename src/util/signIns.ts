import { percentDecoded } from './percentDecoded.ts';

/** An address with who asks in front of the host, as in `https://user:password@host/x.git`. */
const SIGNED = /\b([a-z][a-z\d+.-]*:\/\/)([^\s/?#"'<>]*)@/gi;
/** Tokens that stand in the place of a user are longer than users' names. */
const SHORTEST_TOKEN = 16;

/** A text with `xxxxx` in the place of who asks, in all of its addresses; a user of ssh without a password stays. */
export function withoutSignIns(text: string): string {
  if (!text.includes('://')) return text;
  return text.replace(SIGNED, (whole, scheme: string, who: string) =>
    /^ssh:/i.test(scheme) && !who.includes(':') ? whole : `${scheme}xxxxx@`,
  );
}

/** What is secret of the addresses in a text: passwords, and tokens in the place of users, as written and as they are meant. */
export function signInsIn(text: string): string[] {
  const found = Array.from(text.matchAll(SIGNED)).flatMap(([, , who = '']) => {
    const [user = '', ...password] = who.split(':');
    return [password.join(':'), user.length < SHORTEST_TOKEN ? '' : user].filter(Boolean);
  });
  return [...new Set(found.flatMap((one) => [one, percentDecoded(one)]))];
}
