import type { ExplainedStatement, ExplainReport, LockFacts } from '../model/explanation.ts';
import { visible } from './display.ts';
import type { Terminal } from './terminal.ts';

/** What `lockstep explain` prints for people: each statement by its line, with what it takes and how long it works. */
export function prettyExplain(report: ExplainReport, { colors }: Terminal): string {
  const parts = report.scripts.map((script) => {
    const of = script.migration === null ? 'no migration' : `${script.side} of ${visible(script.migration)}${script.tool === null ? '' : `, ${script.tool}`}`;
    return [colors.bold(`${visible(report.path)} (${of}, PostgreSQL ${String(report.postgres)})`), ...script.statements.flatMap((statement) => ['', ...lines(statement)])].join('\n');
  });
  return `${parts.join('\n\n')}\n`;

  function lines(statement: ExplainedStatement): readonly string[] {
    const told = statement.problem === null ? facts(statement) : [`cannot be read: ${visible(statement.problem)}`];
    return [`${colors.bold(`line ${String(statement.line)}`)}  ${colors.dim(headOf(statement.sql))}`, ...told.map((line) => `  ${line}`)];
  }
}

/** Its first words, on one line. */
function headOf(sql: string): string {
  const line = visible(sql.replaceAll(/\s+/g, ' '));
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

function facts({ locks, furtherLocks, rewrite, scan, transaction, outsideOnly, lockTimeout }: ExplainedStatement): readonly string[] {
  const strong = locks.some(({ blocks, isNew }) => blocks !== 'nothing' && !isNew);
  const said = [
    ...locks.map(lockLine),
    ...(furtherLocks === null ? [] : [`further locks: ${visible(furtherLocks)}`]),
    ...([['rewrite', rewrite], ['scan', scan]] as const).flatMap(([word, work]) => (work.kind === 'no' ? [] : [`${word}${work.kind === 'yes' ? '' : ' perhaps'}: ${visible(work.reason)}`])),
    ...(outsideOnly === null ? [] : [`${outsideOnly} cannot run in a transaction${transaction === 'none' ? '' : ', and this script has one: it fails'}`]),
    ...(strong ? [lockTimeout === null ? 'no lock_timeout: it waits for its locks without end' : `lock_timeout ${visible(lockTimeout)}`] : []),
  ];
  return said.length === 0 ? ['locks nothing that exists'] : said;
}

function lockLine({ relation, mode, blocks, isNew }: LockFacts): string {
  return `${mode} on ${visible(relation)}: ${isNew ? 'new in this migration' : blocks === 'nothing' ? 'reads and writes go on' : `blocks ${blocks}`}`;
}
