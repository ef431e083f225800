import tseslint from 'typescript-eslint';
import { habits } from './scripts/lint-rules.mjs';

// The table of ARCHITECTURE.md: what each folder of src may import; `folder/file` means that file alone.
// A change here is a change there, with its reason.
const layers = {
  model: [],
  sql: ['model'],
  rules: ['model', 'sql'],
  layouts: ['model', 'sql'],
  down: ['model', 'sql'],
  // Templates write SQL and read the schema: which files it goes into is for layouts, which rules look at it for analysis.
  templates: ['model', 'sql'],
  analysis: ['model', 'sql', 'rules'],
  dryrun: ['model', 'sql'],
  report: ['model', 'rules/define-rule', 'rules/index.generated'],
  app: ['model', 'sql', 'rules', 'layouts', 'down', 'templates', 'analysis', 'dryrun', 'report'],
  host: ['model', 'app/ports', 'app/target-choice', 'dryrun/targets'],
  lsp: ['app', 'report', 'model', 'dryrun/plan'],
  cli: ['app', 'report', 'host', 'model', 'lsp', 'dryrun/plan'],
  vscode: ['app', 'report', 'host', 'model'],
  webview: ['report', 'model'],
};

// Where the parts are wired by hand: these files, and no others, know the host and the targets at once.
const entries = { 'lsp/main': ['lsp', 'app', 'report', 'model', 'host', 'dryrun'], 'cli/wire': ['app', 'report', 'model', 'host', 'dryrun'] };

// Folders that do not know which machine they run on, and the part of one that does.
const portable = ['model', 'sql', 'rules', 'layouts', 'down', 'templates', 'analysis', 'dryrun', 'report', 'app', 'webview'];
const targets = 'dryrun/targets';

function mayImport(folder, allowed, files) {
  const others = Object.keys(layers).filter((other) => other !== folder && !allowed.includes(other));
  const patterns = others.map((other) => ({ regex: wayInto(other, allowed), message: `${folder} may not import ${other} (the layers in ARCHITECTURE.md).` }));
  if (portable.includes(folder)) patterns.push({ regex: '^node:', message: `${folder} runs anywhere: files, processes and time come through ports.` });
  if (folder !== 'vscode') patterns.push({ regex: '^vscode$', message: 'Only src/vscode knows the editor.' });
  if (folder !== 'host' && folder !== targets) patterns.push({ regex: '^(pg|@electric-sql/pglite)(/|$)', message: 'Drivers live in dryrun/targets and in the database child.' });
  return { files, rules: { 'no-restricted-imports': ['error', { patterns }] } };
}

/** An import that leads into the folder `other`, but for the files that are allowed by name. */
function wayInto(other, allowed) {
  const files = allowed.flatMap((entry) => (entry.startsWith(`${other}/`) ? [entry.slice(other.length + 1)] : []));
  return `^(\\.\\./)+${other}/${files.length > 0 ? `(?!(${files.join('|')})(/|\\.ts$))` : ''}`;
}

const layerRules = [
  ...Object.entries(layers).map(([folder, allowed]) => mayImport(folder, allowed, [`src/${folder}/**/*.ts`])),
  ...Object.entries(entries).map(([file, allowed]) => mayImport(file.split('/')[0], allowed, [`src/${file}.ts`])),
  mayImport(targets, [...layers.dryrun, 'dryrun'], [`src/${targets}/**/*.ts`]),
];

export default tseslint.config(
  { ignores: ['dist/', '.cache/', '**/node_modules/', 'examples/', 'test/fixtures/', '**/*.d.ts'] },
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'scripts/**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { habits },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: [{ from: 'package', name: ['it', 'describe', 'before', 'after'], package: '@types/mocha' }] }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      // Methods of plain data objects are functions: none of them has a `this`.
      '@typescript-eslint/unbound-method': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-var': 'error',
      'prefer-const': 'error',
      'max-lines': ['error', 400],
      'max-params': ['error', 4],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'habits/no-default-export': 'error',
      'habits/no-boolean-parameter': 'error',
      'habits/assertion-says-why': 'error',
      'no-console': 'error',
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  ...layerRules,
  { files: ['src/cli/**/*.ts'], rules: { 'no-console': 'off' } },
  { files: ['test/**/*.ts'], rules: { 'max-params': 'off', 'max-lines': 'off' } },
  { files: ['**/*.mjs'], rules: { eqeqeq: 'error', 'no-var': 'error', 'prefer-const': 'error', 'max-lines': ['error', 400], 'max-params': ['error', 4] } },
);
