import { argumentWords } from '../../parser/words.ts';
import type { Rule } from '../rule.ts';
import { dropQuotes } from './words.ts';

const HIGHEST = 65_535;

export const DL3011: Rule = {
  id: 'DL3011',
  same: 'build-error/invalid-port',
  severity: 'error',
  title: 'A port is higher than 65535',
  why: 'Ports of TCP and UDP are numbers of 16 bits, from 0 to 65535.',
  examples: [{ bad: 'FROM nginx:1.27\nEXPOSE 80800\n', good: 'FROM nginx:1.27\nEXPOSE 8080\n' }],
  *check(file) {
    for (const instruction of file.all('EXPOSE')) {
      for (const word of argumentWords(instruction, file.tree.escape)) {
        const [ports = ''] = dropQuotes(word.text).split('/', 1);
        const high = ports.split('-').find((port) => /^\d+$/.test(port) && Number(port) > HIGHEST);
        if (high !== undefined)
          yield { span: word, message: `There is no port ${high}: the highest is ${HIGHEST}.` };
      }
    }
  },
};
