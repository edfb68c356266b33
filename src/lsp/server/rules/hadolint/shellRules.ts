import type { Rule } from '../rule.ts';
import { DL3001 } from './DL3001.ts';
import { DL3003 } from './DL3003.ts';
import { DL3004 } from './DL3004.ts';
import { DL3008 } from './DL3008.ts';
import { DL3009 } from './DL3009.ts';
import { DL3013 } from './DL3013.ts';
import { DL3014 } from './DL3014.ts';
import { DL3015 } from './DL3015.ts';
import { DL3016 } from './DL3016.ts';
import { DL3018 } from './DL3018.ts';
import { DL3019 } from './DL3019.ts';
import { DL3027 } from './DL3027.ts';
import { DL3028 } from './DL3028.ts';
import { DL3030 } from './DL3030.ts';
import { DL3032 } from './DL3032.ts';
import { DL3033 } from './DL3033.ts';
import { DL3034 } from './DL3034.ts';
import { DL3035 } from './DL3035.ts';
import { DL3036 } from './DL3036.ts';
import { DL3037 } from './DL3037.ts';
import { DL3038 } from './DL3038.ts';
import { DL3040 } from './DL3040.ts';
import { DL3041 } from './DL3041.ts';
import { DL3042 } from './DL3042.ts';
import { DL3046 } from './DL3046.ts';
import { DL3047 } from './DL3047.ts';
import { DL3060 } from './DL3060.ts';
import { DL3062 } from './DL3062.ts';
import { DL4001 } from './DL4001.ts';
import { DL4005 } from './DL4005.ts';
import { DL4006 } from './DL4006.ts';

/** hadolint's rules about commands that RUN runs, in the order of their codes. */
export const SHELL_RULES: readonly Rule[] = [
  DL3001,
  DL3003,
  DL3004,
  DL3008,
  DL3009,
  DL3013,
  DL3014,
  DL3015,
  DL3016,
  DL3018,
  DL3019,
  DL3027,
  DL3028,
  DL3030,
  DL3032,
  DL3033,
  DL3034,
  DL3035,
  DL3036,
  DL3037,
  DL3038,
  DL3040,
  DL3041,
  DL3042,
  DL3046,
  DL3047,
  DL3060,
  DL3062,
  DL4001,
  DL4005,
  DL4006,
];
