// Mocha's spec reporter that also writes {passed, failed} to the file that MOCHA_RESULT_FILE names.
const fs = require('node:fs');
const { Spec } = require('mocha').reporters;

module.exports = class CountingReporter extends Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes: passed, failures: failed } = this.stats;
      fs.writeFileSync(process.env.MOCHA_RESULT_FILE, JSON.stringify({ passed, failed }));
    });
  }
};
