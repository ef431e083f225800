import { readFileSync } from 'node:fs';
import { readEmbedded, type EmbeddedScript } from '../../../src/sql/embedded/read.ts';
import { parseScript } from '../../../src/sql/script.ts';

export function readFixture(name: string, side: 'up' | 'down'): EmbeddedScript {
  return readEmbedded(fixtureText(name), { side, path: name });
}

export function fixtureText(name: string): string {
  return readFileSync(new URL(`../../fixtures/embedded/${name}`, import.meta.url), 'utf8');
}

/** An up that runs this code with a connection named `db`. */
export function readCode(code: string, path = 'm.ts'): EmbeddedScript {
  return readEmbedded(upWith(code), { side: 'up', path });
}

export function upWith(code: string): string {
  return `export async function up(db) {\n${code}\n}\n`;
}

/** The statements on one line each, a broken one with PostgreSQL's words. */
export function statements(script: EmbeddedScript): readonly string[] {
  return parseScript(script.sql).statements.map(({ statement }) => {
    const line = statement.text.replace(/\s+/g, ' ');
    return statement.problem === null ? line : `${line} !! ${statement.problem.message}`;
  });
}

/** What was not checked: the code, and what is said of it. */
export function unchecked(script: EmbeddedScript, text: string): readonly string[] {
  return script.unchecked.map(({ kind, span, reason }) => `${kind} at ${text.slice(span.start, span.end).replace(/\s+/g, ' ').trim()}: ${reason}`);
}

export function reasons(script: EmbeddedScript): readonly string[] {
  return script.unchecked.map((each) => each.reason);
}
