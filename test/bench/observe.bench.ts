import { dryRun } from '../../src/dryrun/run.ts';
import { reportView } from '../../src/report/view-model.ts';
import { judgeRoundTrip } from '../../src/dryrun/round-trip.ts';
import type { PostgresMajor } from '../../src/model/config.ts';
import type { Table } from '../support/bench.ts';
import { endAll } from '../support/endings.ts';
import { planOf } from '../support/plans.ts';
import { serverTarget } from '../support/server-target.ts';
import { ordinary, overheadOn, timed } from './observation.ts';

/** What watching costs on a real server, and how long a script of a thousand statements takes from plan to view. */
export async function bench(): Promise<Table> {
  try {
    const [old, young] = [await overheadOn(serverTarget(14), ordinary), await overheadOn(serverTarget(18), ordinary)];
    const { whole, ratio } = await thousand(18);
    return {
      title: 'Observation on a real server',
      note: 'The migration over 50,000 rows of the embedded benchmark, with Lockstep’s looks and a second session that samples, and without; median of seven. The long script adds a column to each of 1,000 tables and takes it back: up, down, up again, with catalog, rows and the report’s view, against one up raw.',
      rows: [
        { measured: 'PostgreSQL 14: time with observation ÷ raw', ratio: old.toFixed(2), wanted: '≤ 1.3' },
        { measured: 'PostgreSQL 18: time with observation ÷ raw', ratio: young.toFixed(2), wanted: '≤ 1.3' },
        { measured: 'PostgreSQL 18: 1,000 statements, up with observation ÷ raw', ratio: ratio.toFixed(2), wanted: '–' },
        { measured: 'PostgreSQL 18: 1,000 statements, whole dry run with its report', ratio: '', wanted: '–', 'time (ms)': whole.toFixed(0) },
      ],
    };
  } finally {
    await endAll();
  }
}

async function thousand(major: PostgresMajor): Promise<{ readonly whole: number; readonly ratio: number }> {
  const each = (sql: (n: number) => string): string => Array.from({ length: 1_000 }, (_, n) => sql(n)).join(';\n');
  const [ground, up, down] = [each((n) => `CREATE TABLE t_${String(n)} (id int)`), each((n) => `ALTER TABLE t_${String(n)} ADD COLUMN c text`), each((n) => `ALTER TABLE t_${String(n)} DROP COLUMN c`)];
  const ratio = await overheadOn(serverTarget(major), { ground, up, down });
  const plan = await planOf({ history: [ground], up, down });
  const whole = await timed(async () => {
    const trace = await dryRun(serverTarget(major), plan, { signal: new AbortController().signal, progress: () => undefined });
    const scripts = [{ side: 'up', path: plan.migration.up.path, text: up }] as const;
    reportView({ version: 1, migration: 'now', layout: 'the benchmark', scripts, trace, ...judgeRoundTrip(trace), findings: [] });
  });
  return { whole, ratio };
}
