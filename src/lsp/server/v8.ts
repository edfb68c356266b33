import { setFlagsFromString } from 'node:v8';

// Imported before all else, as only what is compiled later heeds it. Some hundred rules run once for each keystroke, so
// that it takes many until V8 finds their functions worth compiling; with simple machine code from the first call on,
// the first dozens of checks take a quarter less.
setFlagsFromString('--always-sparkplug');
