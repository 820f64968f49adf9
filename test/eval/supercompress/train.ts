// Trains the network of the published SuperCompress policy anew (its own weights are not in this repository):
// node out/test/eval/supercompress/train.js [--steps 200] [--contexts 16] [--seed 42] [--out FILE]
// As published: synthetic contexts whose attention is made from the label, binary cross-entropy, AdamW at 1e-3.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createRandom, generateContext } from './contexts';
import { createNetworkTrainer } from './network-trainer';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '200' },
    contexts: { type: 'string', default: '16' },
    seed: { type: 'string', default: '42' },
    out: { type: 'string', default: 'test/eval/supercompress/weights.json' },
  },
});

const random = createRandom(Number(values.seed));
const trainer = createNetworkTrainer(random);
const steps = Number(values.steps);
for (let step = 1; step <= steps; step++) {
  const contexts = Array.from({ length: Number(values.contexts) }, () => generateContext(random));
  const loss = trainer.step(contexts);
  if (step % 10 === 0) console.log(`step ${step} of ${steps}: loss ${loss.toFixed(4)}`);
}
const digits = (_: string, value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(6)) : value;
writeFileSync(values.out, JSON.stringify({ weights: trainer.weights() }, digits) + '\n');
