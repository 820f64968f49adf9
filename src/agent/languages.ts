import path from 'node:path';

/** Extensions whose files are data of a kind that the pipeline knows by this language id. */
const DATA: Readonly<Record<string, string>> = {
  json: 'json',
  jsonc: 'jsonc',
  json5: 'json5',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  log: 'log',
  diff: 'diff',
  patch: 'diff',
  csv: 'csv',
  tsv: 'tsv',
};

/** Extensions of source code and configuration, which stay whole. Any other file is looked at line by line. */
const SOURCE = new Set(
  (
    'asm bash bat c cc clj cljs cmake cmd coffee cpp cs css cu cxx dart dockerfile elm erl ex exs f90 fish fs fsx ' +
    'gd glsl go gradle graphql groovy h hcl hpp hrl hs hxx ini ipynb java jl js jsx kt kts less lisp lua m mjs cjs ' +
    'mk ml mli mm mts cts nim nix pas php pl pm proto ps1 psm1 py pyi r rb rs sass scala scm scss sh sol sql ' +
    'svelte svg swift tcl tf toml ts tsx v vb vhd vue wgsl xml yaml yml zig zsh'
  ).split(' '),
);

/** The language id to send along for a file, by its name; undefined where its lines must say what they are. */
export function languageOfFile(file: string): string | undefined {
  const extension = path.extname(file).slice(1).toLowerCase();
  return Object.hasOwn(DATA, extension) ? DATA[extension] : SOURCE.has(extension) ? extension : undefined;
}
