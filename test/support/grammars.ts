import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import oniguruma from 'vscode-oniguruma';
import textmate, { type IGrammar, type IRawGrammar } from 'vscode-textmate';
import { root } from '../../scripts/run.mjs';

/** A piece of a line and its scopes from the outside in. */
export interface Token {
  readonly text: string;
  readonly scopes: readonly string[];
}

/** Reads a text by a grammar and by what the manifest injects into it, with VS Code's own engine: the tokens of each line. */
export async function tokenize(scope: string, text: string): Promise<readonly (readonly Token[])[]> {
  const grammar = await grammarOf(scope);
  let state = textmate.INITIAL;
  return text.split('\n').map((line) => {
    const read = grammar.tokenizeLine(line, state);
    state = read.ruleStack;
    return read.tokens.map(({ startIndex, endIndex, scopes }) => ({ text: line.slice(startIndex, endIndex), scopes })).filter((token) => token.text !== '');
  });
}

interface Contribution {
  readonly scopeName: string;
  readonly path: string;
  readonly injectTo: readonly string[];
}

const require = createRequire(import.meta.url);

// The manifest's own format; a missing field fails the loading of the grammars below.
const contributed = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { contributes: { grammars: readonly Contribution[] } }).contributes.grammars;

/** The grammars of VS Code, from npm. */
const bases: Readonly<Record<string, string>> = { 'source.sql': 'sql', 'source.ts': 'typescript', 'source.tsx': 'tsx', 'source.js': 'javascript', 'source.js.jsx': 'jsx' };

const engine = oniguruma.loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm'))).then(() => ({
  createOnigScanner: (patterns: string[]) => new oniguruma.OnigScanner(patterns),
  createOnigString: (text: string) => new oniguruma.OnigString(text),
}));

const registry = new textmate.Registry({
  onigLib: engine,
  loadGrammar: (scope) => Promise.resolve(load(scope)),
  getInjections: (scope) => contributed.filter((each) => each.injectTo.includes(scope)).map((each) => each.scopeName),
});

function load(scope: string): IRawGrammar | null {
  const own = contributed.find((each) => each.scopeName === scope);
  const base = bases[scope];
  const path = own !== undefined ? join(root, own.path) : base !== undefined ? require.resolve(`tm-grammars/grammars/${base}.json`) : null;
  // What base grammars refer to beyond these (regular expressions, JSDoc) is none of our business.
  return path === null ? null : textmate.parseRawGrammar(readFileSync(path, 'utf8'), path);
}

async function grammarOf(scope: string): Promise<IGrammar> {
  const grammar = await registry.loadGrammar(scope);
  if (grammar === null) throw new Error(`There is no grammar ${scope}.`);
  return grammar;
}
