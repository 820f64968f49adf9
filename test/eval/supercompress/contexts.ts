import { attentionOf, definedName, entitiesOf, FEATURES, putFeatures, tokensOf, typeOf } from './policy';

/** The published training contexts in kind: a few source files over and over, a chat, boilerplate; our own words. */
const FILES = [
  `# storage/blocks.py
import hashlib
from pathlib import Path

def digest_of(block: bytes) -> str:
    """Name a block by its content."""
    return hashlib.sha256(block).hexdigest()

def split_file(path: Path, size: int = 65536) -> list[bytes]:
    parts = []
    with path.open("rb") as source:
        while part := source.read(size):
            parts.append(part)
    return parts`,
  `# web/orders.py
from web.app import router
from billing.invoice import Invoice
from storage.cache import order_cache

@router.get("/orders/{order_id}")
async def show_order(order_id: int):
    known = order_cache.lookup(order_id)
    if known is not None:
        return known
    order = await Invoice.load(order_id)
    if order is None:
        raise router.not_found()
    order_cache.remember(order_id, order, seconds=120)
    return order`,
  `# billing/invoice.py
from dataclasses import dataclass
from storage.rows import rows

@dataclass
class Invoice:
    number: int
    total: float
    currency: str

    @classmethod
    async def load(cls, number: int):
        row = await rows.first("invoice", number)
        if row is None:
            return None
        return cls(row["number"], row["total"], row["currency"])`,
].map((file) => file.split('\n'));

const CHAT = [
  'User: Why does show_order give an old total after a refund?',
  'Assistant: order_cache keeps it for two minutes; nothing drops the entry on a refund.',
  'User: Which module holds order_cache?',
  'Assistant: storage/cache.py, a dictionary with an expiry for each entry.',
];

const BOILERPLATE = [
  '# Copyright of the example authors',
  '# Licensed under Apache-2.0',
  '# --- generated ---',
  'import os',
  'import logging',
  'log = logging.getLogger(__name__)',
];

const QUESTIONS = [
  'How does show_order use order_cache?',
  'What does Invoice.load return when there is no row?',
  'Explain split_file in blocks.',
];

/** Numbers in [0, 1), the same for the same seed (Mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A standard normal number (Box and Muller 1958). */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export interface Examples {
  /** Row-major, 9 a token. */
  readonly features: Float32Array;
  /** 1 for tokens that the published oracle calls important. */
  readonly labels: Uint8Array;
}

/**
 * One context of 200 to 500 words and more with its labels: entities of the question, `def`, `class` and `async` at the
 * head of a line, names of functions. As in the published code the attention is made from the label.
 */
export function generateContext(random: () => number): Examples {
  const target = 200 + Math.floor(random() * 301);
  const lines = [...BOILERPLATE, ...BOILERPLATE, ...BOILERPLATE, ...CHAT];
  const words = (): number => lines.join(' ').split(/\s+/).length;
  for (let round = 0; round < 8 && words() < target; round++)
    for (const file of FILES) lines.push(...file, `# filler line ${round}, there to make the context longer`);
  const question = QUESTIONS[Math.floor(random() * QUESTIONS.length)] ?? '';
  const entities = entitiesOf(question);
  const tokens = lines.map(tokensOf);
  const count = tokens.reduce((sum, { length }) => sum + length, 0);
  const features = new Float32Array(count * FEATURES);
  const labels = new Uint8Array(count);
  let position = 0;
  for (const [number, line] of lines.entries())
    for (const token of tokens[number] ?? []) {
      const entity = entities.has(token) ? 1 : 0;
      const opens = /^(?:def|class|async\s+def)\b/.test(line) && ['def', 'class', 'async'].includes(token);
      const important = entity === 1 || opens || token === definedName(line);
      const type = typeOf(token, line);
      const { mass, layerMean } = attentionOf(
        type,
        important,
        position / Math.max(count - 1, 1),
        0.06 * normal(random),
        0.85 + 0.3 * random(),
      );
      putFeatures(features, { position, count, type }, { mass, layerMean, entity });
      labels[position] = important ? 1 : 0;
      position++;
    }
  return { features, labels };
}
