import { defineRule, type ScriptContext, type ScriptRule } from './define-rule.ts';
import { firstLine } from './support/first-line.ts';

const words: Readonly<Record<ScriptContext['downIn'], Readonly<Record<'missing' | 'empty', (file: string) => string>>>> = {
  'its own file': { missing: (file) => `${file} is missing`, empty: (file) => `its down in ${file} has no statement` },
  'this file': { missing: () => 'this file has no section for the down', empty: () => 'the section for the down has no statement' },
};

/** An up without a script that undoes it, where the project wants one. */
export const downMissing: ScriptRule = defineRule({
  id: 'down-missing',
  title: 'The migration has no down',
  severity: 'warning',
  category: 'migration',
  scope: 'script',
  sides: ['up'],
  check(script) {
    const span = script.firstStatement;
    if (script.config.down !== 'required' || span === null || script.downPath === null || script.down === null || script.down === 'present') return [];
    const file = script.downPath.slice(script.downPath.lastIndexOf('/') + 1);
    const problem = `Nothing undoes this migration: ${words[script.downIn][script.down](file)}.`;
    return [{ message: `${problem} Write the down now, while you know what it has to bring back.`, span: firstLine(script.text, span) }];
  },
  docs: {
    what: 'A migration has an up, but no down or an empty one, and the configuration says that downs are required (`"down": "required"`, the default).',
    why: 'A down that is written during an incident, by somebody who did not write the up, is guesswork. Written together and dry-run together (up, down, up), the pair is known to work before anybody depends on it.',
    instead: 'Write the down beside the up and dry-run the pair. What cannot be brought back, such as the rows of a dropped column, deserves a comment that says where the backup is. A team that only moves forward sets `"down": "optional"` or `"forbidden"`.',
  },
  examples: {
    bad: [
      { sql: 'CREATE TABLE invoices (id bigint PRIMARY KEY);', down: 'missing' },
      { title: 'A file with nothing in it is no down', sql: 'CREATE TABLE invoices (id bigint PRIMARY KEY);', down: 'empty' },
      { title: 'A section with nothing in it is none either', layout: 'dbmate', sql: '-- migrate:up\nCREATE TABLE invoices (id bigint PRIMARY KEY);\n\n-- migrate:down\n', down: 'empty' },
    ],
    good: [
      { sql: 'CREATE TABLE invoices (id bigint PRIMARY KEY);', otherSide: 'DROP TABLE IF EXISTS invoices;' },
      { title: 'A team that only moves forward', sql: 'CREATE TABLE invoices (id bigint PRIMARY KEY);', down: 'missing', config: { down: 'forbidden' } },
    ],
  },
});
