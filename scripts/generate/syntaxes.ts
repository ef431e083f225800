import { annotationGrammar, scriptGrammars, sqlScopes } from '../../src/vscode/grammars.ts';
import { annotations } from '../syntaxes/annotations.ts';
import type { Grammar } from '../syntaxes/grammar.ts';
import { sqlInScript } from '../syntaxes/script.ts';

export const owns = 'syntaxes';

/** The grammars that the manifest names. */
export function generate(): Promise<ReadonlyMap<string, string>> {
  const scripts = scriptGrammars.map((each) => file(each.path, sqlInScript(each.scopeName, each)));
  return Promise.resolve(new Map([file(annotationGrammar.path, annotations(annotationGrammar.scopeName, sqlScopes)), ...scripts]));
}

function file(path: string, grammar: Grammar): readonly [string, string] {
  return [path.replace('./', ''), `${JSON.stringify(grammar, null, 2)}\n`];
}
