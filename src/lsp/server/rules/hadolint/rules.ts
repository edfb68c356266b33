import { DL1001 } from './DL1001.ts';
import { DL3000 } from './DL3000.ts';
import { DL3002 } from './DL3002.ts';
import { DL3006 } from './DL3006.ts';
import { DL3007 } from './DL3007.ts';
import { DL3010 } from './DL3010.ts';
import { DL3011 } from './DL3011.ts';
import { DL3012 } from './DL3012.ts';
import { DL3020 } from './DL3020.ts';
import { DL3021 } from './DL3021.ts';
import { DL3022 } from './DL3022.ts';
import { DL3023 } from './DL3023.ts';
import { DL3024 } from './DL3024.ts';
import { DL3025 } from './DL3025.ts';
import { DL3026 } from './DL3026.ts';
import { DL3029 } from './DL3029.ts';
import { DL3043 } from './DL3043.ts';
import { DL3044 } from './DL3044.ts';
import { DL3045 } from './DL3045.ts';
import { DL3048 } from './DL3048.ts';
import { DL3049 } from './DL3049.ts';
import { DL3050 } from './DL3050.ts';
import { DL3051 } from './DL3051.ts';
import { DL3052 } from './DL3052.ts';
import { DL3053 } from './DL3053.ts';
import { DL3054 } from './DL3054.ts';
import { DL3055 } from './DL3055.ts';
import { DL3056 } from './DL3056.ts';
import { DL3057 } from './DL3057.ts';
import { DL3058 } from './DL3058.ts';
import { DL3059 } from './DL3059.ts';
import { DL3061 } from './DL3061.ts';
import { DL3063 } from './DL3063.ts';
import { DL3064 } from './DL3064.ts';
import { DL3065 } from './DL3065.ts';
import { DL3066 } from './DL3066.ts';
import { DL3067 } from './DL3067.ts';
import { DL4000 } from './DL4000.ts';
import { DL4003 } from './DL4003.ts';
import { DL4004 } from './DL4004.ts';
import type { Rule } from '../rule.ts';

/** hadolint's rules that need no shell, in the order of their codes. */
export const HADOLINT_RULES: readonly Rule[] = [
  DL1001,
  DL3000,
  DL3002,
  DL3006,
  DL3007,
  DL3010,
  DL3011,
  DL3012,
  DL3020,
  DL3021,
  DL3022,
  DL3023,
  DL3024,
  DL3025,
  DL3026,
  DL3029,
  DL3043,
  DL3044,
  DL3045,
  DL3048,
  DL3049,
  DL3050,
  DL3051,
  DL3052,
  DL3053,
  DL3054,
  DL3055,
  DL3056,
  DL3057,
  DL3058,
  DL3059,
  DL3061,
  DL3063,
  DL3064,
  DL3065,
  DL3066,
  DL3067,
  DL4000,
  DL4003,
  DL4004,
];
