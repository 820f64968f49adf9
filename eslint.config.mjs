import tseslint from 'typescript-eslint';

const core = ['text', 'transcript', 'structure', 'scoring', 'policy', 'compress'];
/** A room may import only from the rooms before it on the way of the data. */
const order = ['text', 'transcript', 'structure', 'scoring', 'policy', 'compress', 'engine'];
const later = (room) => order.slice(order.indexOf(room) + 1).concat('download', 'editor', 'agent');
/** What reaches the network; only src/download does, and only the editor asks it to. */
const network = ['http', 'https', 'http2', 'net', 'tls', 'dgram'].flatMap((name) => [name, `node:${name}`]);

const restricted = (patterns, paths) => [
  'error',
  {
    paths: paths.map((name) => ({
      name,
      message: 'Not in this room: see the layer rule in eslint.config.mjs.',
    })),
    patterns,
  },
];

export default tseslint.config(
  { ignores: ['dist', 'out', 'node_modules', 'test/host/.host', '**/*.mjs', '**/*.cjs', '.vscode-test'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './src/webview/tsconfig.json', './test/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-exports': [
        'error',
        { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } },
      ],
      eqeqeq: 'error',
    },
  },
  ...core.map((room) => ({
    files: [`src/${room}/**/*.ts`],
    rules: {
      'no-restricted-imports': restricted(
        [
          {
            group: later(room).map((name) => `**/${name}/**`),
            message: `src/${room} may not import a later room.`,
          },
        ],
        ['vscode', 'onnxruntime-node', 'node:child_process', 'child_process', ...network],
      ),
    },
  })),
  {
    files: ['src/engine/**/*.ts'],
    ignores: ['src/engine/server.ts', 'src/engine/runtime.ts'],
    rules: {
      'no-restricted-imports': restricted(
        [
          {
            group: ['**/download/**', '**/editor/**', '**/agent/**', '**/runtime', '**/server'],
            message: 'Only the server loads the runtime.',
          },
        ],
        ['vscode', 'onnxruntime-node', ...network],
      ),
    },
  },
  {
    files: ['src/engine/server.ts', 'src/engine/runtime.ts'],
    rules: {
      'no-restricted-imports': restricted(
        [{ group: ['**/download/**', '**/editor/**', '**/agent/**'], message: 'A later room.' }],
        ['vscode', ...network],
      ),
    },
  },
  {
    files: ['src/download/**/*.ts'],
    rules: {
      'no-restricted-imports': restricted(
        [
          {
            group: ['../*/**', '!../scoring', '!../scoring/official'],
            message: 'Of the other rooms only what the official model is.',
          },
        ],
        ['vscode', 'onnxruntime-node', 'node:child_process', 'child_process'],
      ),
    },
  },
  {
    files: ['src/editor/**/*.ts', 'src/agent/**/*.ts', 'src/extension.ts', 'src/contributions.ts'],
    rules: {
      'no-restricted-imports': restricted(
        [
          {
            group: ['**/scoring/**', '**/policy/**', '**/engine/server*', '**/engine/runtime*'],
            message: 'Use the engine client.',
            allowTypeImports: true,
          },
        ],
        ['onnxruntime-node', ...network],
      ),
    },
  },
  {
    files: ['src/webview/**/*.ts'],
    rules: {
      'no-restricted-imports': restricted(
        [
          {
            group: ['../*/**', '!../editor/numbers'],
            message: 'A page knows only the types of the other rooms.',
            allowTypeImports: true,
          },
        ],
        ['vscode', 'onnxruntime-node'],
      ),
    },
  },
  {
    files: ['src/agent/**/*.ts'],
    rules: {
      'no-restricted-imports': restricted(
        [
          {
            group: [
              '**/scoring/**',
              '**/policy/**',
              '**/download/**',
              '**/editor/**',
              '**/engine/server*',
              '**/engine/runtime*',
            ],
            message: 'Use the engine client.',
            allowTypeImports: true,
          },
        ],
        ['vscode', 'onnxruntime-node', ...network],
      ),
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: [] }] },
  },
);
