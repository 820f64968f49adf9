// Loaded by the extension host in place of the suite's own entry, so that the outcome reaches the runner for sure:
// VS Code reports exit code 0 when the extension host dies in the middle of a suite.
// It copies the extension host's console to a file and writes the outcome to another.
const fs = require('node:fs');
const { format } = require('node:util');

exports.run = async () => {
  const { entry, outputFile, resultFile } = JSON.parse(process.env.VSCODE_HOST_TEST);
  const fd = fs.openSync(outputFile, 'a');
  for (const level of ['debug', 'log', 'info', 'warn', 'error']) {
    const original = console[level];
    const value = (...args) => {
      fs.writeSync(fd, format(...args) + '\n');
      original.apply(console, args);
    };
    Object.defineProperty(console, level, { value, configurable: true }); // plain assignment is ignored there
  }
  try {
    await require(entry).run();
    fs.writeFileSync(resultFile, JSON.stringify({ passed: true }));
  } catch (error) {
    fs.writeFileSync(resultFile, JSON.stringify({ passed: false, error: String(error?.stack ?? error) }));
    throw error;
  }
};
