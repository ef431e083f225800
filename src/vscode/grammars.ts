/** Scopes of the grammars that SQL files get, from VS Code itself and from extensions for PostgreSQL. */
export const sqlScopes = ['source.sql', 'source.pgsql', 'source.postgres', 'source.postgresql', 'source.plpgsql'] as const;

/** The annotations of migration tools in SQL files. */
export const annotationGrammar = { scopeName: 'lockstep.annotations', path: './syntaxes/annotations.tmLanguage.json' } as const;

/** SQL in templates: a grammar for each of VS Code's own, because the interpolations are its language again. */
export const scriptGrammars = [
  inScript('typescript', 'source.ts', 'ts'),
  inScript('typescriptreact', 'source.tsx', 'tsx'),
  inScript('javascript', 'source.js', 'js'),
  inScript('javascriptreact', 'source.js.jsx', 'js.jsx'),
];

/**
 * The grammars as the manifest contributes them. They are injected and belong to no language: files keep the one that other extensions give them.
 * What is embedded is named, so that comments are toggled and brackets matched by the rules of SQL.
 */
export const grammars = [
  { ...annotationGrammar, injectTo: sqlScopes },
  ...scriptGrammars.map(({ language, scope, scopeName, path }) => ({
    scopeName,
    path,
    injectTo: [scope],
    embeddedLanguages: { 'meta.embedded.block.sql': 'sql', 'meta.template.expression': language },
  })),
];

interface ScriptGrammar {
  readonly language: string;
  readonly scope: string;
  /** What the scopes of that grammar end in. */
  readonly suffix: string;
  readonly scopeName: string;
  readonly path: string;
}

function inScript(language: string, scope: string, suffix: string): ScriptGrammar {
  return { language, scope, suffix, scopeName: `lockstep.sql.${suffix}`, path: `./syntaxes/sql-in-${language}.tmLanguage.json` };
}
