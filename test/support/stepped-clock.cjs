/*
 * Preloaded into every process and thread of a test daemon (`--require`): the clock that people see is off by as many
 * milliseconds as the file SPINDLE_TEST_CLOCK says at that moment, as after somebody has set it.
 */
const { readFileSync } = require('node:fs');

const file = process.env.SPINDLE_TEST_CLOCK;
const Real = Date;

const offset = () => {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
};

class Stepped extends Real {
  constructor(...args) {
    super(...(args.length === 0 ? [Stepped.now()] : args));
  }

  static now() {
    return Real.now() + offset();
  }
}

if (file !== undefined) globalThis.Date = Stepped;
