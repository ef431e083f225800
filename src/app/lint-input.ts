import type { LintInput } from '../analysis/lint.ts';
import { parseScript, plainSql, type ScriptOptions, type SqlScript } from '../sql/script.ts';
import { relative } from './paths.ts';
import type { Located, MigrationFolder, Project } from './project.ts';

/** One script and what stands around it: the same for the editor and for the command line, so that both say the same. */
export interface ScriptSurroundings {
  readonly project: Project;
  /** Null for SQL that no layout claims. */
  readonly located: Located | null;
  readonly script: SqlScript;
  /** The other side of the pair; null when there is none. */
  readonly other: SqlScript | null;
  /** The day of the check, `2026-11-20`. */
  readonly today: string;
}

/** Everything that a verdict on one script depends on. */
export function lintInput({ project, located, script, other, today }: ScriptSurroundings): LintInput {
  if (located === null) return { script, side: 'up', mode: null, config: project.config, downState: null, downPath: null, otherSide: null, today };
  const { folder, migration, side } = located;
  const down = side === 'up' ? other : script;
  return {
    script,
    side,
    mode: folder.layout.transaction(side, folder.config),
    config: folder.config,
    downState: down === null ? 'missing' : down.statements.length === 0 ? 'empty' : 'present',
    downPath: migration.downPath,
    otherSide: other,
    history: historyOf(located, other),
    today,
  };
}

/** How the layout cuts a script of one side into statements. */
export function scriptOptions(text: string, located: Located | null): ScriptOptions {
  if (located === null) return plainSql;
  const { layout } = located.folder;
  const span = layout.section(text, located.side);
  const isWhole = span === null || (span.start === 0 && span.end === text.length);
  return { separator: layout.separator, span: isWhole ? null : span };
}

/** The ups of a folder in order, and the part of them before each migration that was asked about. */
interface History {
  readonly ups: readonly SqlScript[];
  readonly before: Map<string, readonly SqlScript[]>;
}

const histories = new WeakMap<MigrationFolder, History>();
const withOwnUp = new WeakMap<SqlScript, readonly SqlScript[]>();

/** The ups that ran before a script. The same array for the same scripts: what is learnt from it is kept by its identity. */
function historyOf({ folder, migration, side }: Located, other: SqlScript | null): readonly SqlScript[] {
  const before = upsBefore(folder, migration.id);
  if (side === 'up' || other === null) return before;
  const kept = withOwnUp.get(other);
  if (kept !== undefined && kept.length === before.length + 1 && before.every((script, index) => kept[index] === script)) return kept;
  const whole = [...before, other];
  withOwnUp.set(other, whole);
  return whole;
}

function upsBefore(folder: MigrationFolder, id: string): readonly SqlScript[] {
  const history = histories.get(folder) ?? readHistory(folder);
  const kept = history.before.get(id);
  if (kept !== undefined) return kept;
  const at = folder.migrations.findIndex((migration) => migration.id === id);
  const before = history.ups.slice(0, Math.max(0, at));
  history.before.set(id, before);
  return before;
}

/** Every up as it was when the project was opened. */
function readHistory(folder: MigrationFolder): History {
  const ups = folder.migrations.map((migration) => {
    const text = folder.view.read(relative(folder.path, migration.up.path)) ?? '';
    return parseScript(text, scriptOptions(text, { folder, migration, side: 'up' }));
  });
  const history = { ups, before: new Map<string, readonly SqlScript[]>() };
  histories.set(folder, history);
  return history;
}
