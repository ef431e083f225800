import { layouts } from '../../src/layouts/detect.ts';
import type { FolderView, Layout } from '../../src/layouts/layout.ts';
import { defaultConfig } from '../../src/model/config.ts';
import { readObserved, type Observed } from '../../test/runners/observed.ts';

/** What Lockstep does for each layout, and how it knows what that tool does. */
export async function layoutTable(): Promise<string> {
  const observed = Object.values(readObserved());
  const rows: string[] = [];
  for (const layout of layouts) rows.push(await row(layout, observed.filter((each) => each.layout === layout.id)));
  const unknown = Object.keys(said).filter((id) => !layouts.some((layout) => layout.id === id));
  if (unknown.length > 0) throw new Error(`scripts/tables/layouts.ts speaks of layouts that there are not: ${unknown.join(', ')}`);
  return ['| layout | recognised by | New Migration writes | the down | cut at | transactions | proven by | TypeScript | its books |', '|---|---|---|---|---|---|---|---|---|', ...rows].join('\n');
}

interface Said {
  readonly recognised: string;
  /** What ends a script or a statement, beside the semicolon. */
  readonly cut: string;
  /** Where no real runner tells, what its documentation says; where what was seen of New Migration's files is not all that there is to say, that. */
  readonly transactions?: string;
}

const wholeFile = 'the file';
const calls = 'calls and their templates';

const said: Readonly<Record<string, Said>> = {
  drizzle: { recognised: '`meta/_journal.json`', cut: '`--> statement-breakpoint`' },
  'drizzle-1': { recognised: 'a `snapshot.json` in each folder', cut: '`--> statement-breakpoint`' },
  prisma: { recognised: '`migration_lock.toml`, or names', cut: wholeFile, transactions: 'a file is one message: one transaction, unless it is a single statement' },
  flyway: { recognised: 'names, `flyway.conf`', cut: wholeFile, transactions: 'one for each file; `executeInTransaction=false` in its `.conf`, and it notices CONCURRENTLY itself' },
  liquibase: { recognised: 'the first line', cut: '`--changeset`, `--rollback`, `endDelimiter`' },
  sqitch: { recognised: '`sqitch.plan`', cut: wholeFile, transactions: 'none but what a file opens itself, as New Migration’s do; when one fails, the reverts of those before it run' },
  atlas: { recognised: '`atlas.sum`, or names', cut: wholeFile, transactions: 'one for each file; `-- atlas:txmode none`: each statement by itself' },
  'golang-migrate': { recognised: 'names', cut: wholeFile, transactions: 'a file is one message: one transaction, unless it is a single statement' },
  dbmate: { recognised: 'names and `-- migrate:up`', cut: '`-- migrate:up`, `-- migrate:down`' },
  goose: { recognised: 'names and `-- +goose`', cut: '`-- +goose Up`, `Down`, `StatementBegin`', transactions: 'one for each file; `-- +goose NO TRANSACTION`: each statement by itself' },
  hasura: { recognised: 'names', cut: wholeFile, transactions: 'one for each file, and no way out' },
  supabase: { recognised: '`supabase/migrations`', cut: wholeFile },
  'node-pg-migrate': { recognised: '`-- Up Migration`, or `pgm`', cut: `\`-- Up Migration\`, \`-- Down Migration\`; ${calls}` },
  knex: { recognised: 'names, and what they load or take', cut: calls },
  typeorm: { recognised: 'names, and what they load or take', cut: calls },
  kysely: { recognised: 'names, and what they load or take', cut: calls },
  sequelize: { recognised: 'names, and what they load or take', cut: calls },
  'mikro-orm': { recognised: 'names, and what they load or take', cut: calls },
  'drizzle-ts': { recognised: 'names, and what they load or take', cut: calls, transactions: 'as `plainTransaction` says' },
  plain: { recognised: 'names', cut: wholeFile, transactions: 'as `plainTransaction` says' },
};

async function row(layout: Layout, observed: readonly Observed[]): Promise<string> {
  const words = said[layout.id];
  if (words === undefined) throw new Error(`scripts/tables/layouts.ts does not say how ${layout.title} is recognised.`);
  const { scaffold, down } = await written(layout);
  const [first] = observed;
  const transactions = words.transactions ?? (first === undefined ? undefined : spoken(first));
  if (transactions === undefined) throw new Error(`Neither a real runner nor scripts/tables/layouts.ts says how ${layout.title} uses transactions.`);
  const proof = observed.length > 0 ? [...new Set(observed.map(({ tool, version }) => `${tool} ${version}`))].join(', ') : isConfigured(words) ? 'the project’s own runner' : 'its documentation';
  const books = layout.bookkeeping.length === 0 ? '—' : layout.bookkeeping.map((each) => `\`${each}\``).join(', ');
  const cells = [layout.title, words.recognised, scaffold, down, words.cut, transactions, proof, isProgram(layout) ? 'yes' : '—', books];
  return `| ${cells.join(' | ')} |`;
}

function isConfigured({ transactions }: Said): boolean {
  return transactions?.includes('plainTransaction') === true;
}

function isProgram(layout: Layout): boolean {
  return ['20261120183005_a.ts', '1700000000000-a.ts', '1700000000000_a.ts', 'Migration20261120183005_a.ts', '202611201830_a.ts'].some((name) => layout.files.test(name));
}

/** What New Migration makes in an empty folder. */
async function written(layout: Layout): Promise<{ readonly scaffold: string; readonly down: string }> {
  await layout.prepare?.();
  const folder: FolderView = { path: '/m', files: [], read: () => null };
  const { up, down, changes } = layout.next({ folder, name: 'add_orders', now: new Date('2026-11-20T18:30:05Z'), config: defaultConfig });
  const name = (path: string): string => `\`${path.slice(folder.path.length + 1)}\``;
  const others = changes.map(({ path }) => path).filter((path) => path !== up.path && path !== down?.path);
  const scaffold = [name(up.path), ...others.map(name)].join(', ');
  return { scaffold, down: down === null ? '—' : down.path === up.path ? 'in the same file' : name(down.path) };
}

/** What was seen, in words. */
function spoken({ failed, failedOutside, earlier, concurrently: { alone, outside, after } }: Observed): string {
  if (failed === 'kept') return 'none but what a file opens itself';
  const all = earlier === 'undone' ? 'one for all that are pending' : 'one for each';
  if (outside === 'refused') return `${all}, and no way out`;
  if (alone === 'runs') return after === 'runs' ? `${all}, but around statements that need none` : 'a script is one message: one transaction, unless it is a single statement';
  if (after === 'refused') return `${all}; opted out, a script is one message`;
  return failedOutside === 'kept' ? `${all}; opted out, each statement by itself` : all;
}
