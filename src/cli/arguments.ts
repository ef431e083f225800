import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { DriftSide } from '../app/drift.ts';
import { defaultVariable, type TargetWish } from '../app/target-choice.ts';
import { UserError } from '../model/errors.ts';
import { severities, type Severity } from '../model/finding.ts';
import type { GivenAnswer } from './answers.ts';
import { oneOf } from './one-of.ts';
import { targetOptions, targetWish } from './target-options.ts';

export type Format = 'pretty' | 'json';
export type CommandName = 'check' | 'dry-run' | 'new' | 'down' | 'generate' | 'drift' | 'stats' | 'doctor' | 'explain' | 'import-squawk' | 'lsp';

export interface CheckInvocation {
  readonly kind: 'check';
  readonly paths: readonly string[];
  readonly format: Format;
  readonly failOn: Severity;
}

export interface DryRunInvocation {
  readonly kind: 'dry-run';
  /** An id, a number, a name, or a path; null for the newest. */
  readonly migration: string | null;
  readonly target: TargetWish;
  /** Whether sessions read and write the tables meanwhile, to learn how long they wait. */
  readonly probe: 'on' | undefined;
  readonly format: Format;
  readonly failOn: Severity;
}

/** `dry-run --all` and `dry-run --since`: whole histories. */
export interface DryRunAllInvocation {
  readonly kind: 'dry-run-all';
  /** A folder; null for the whole project. */
  readonly path: string | null;
  /** A git revision, or null for every migration. */
  readonly since: string | null;
  readonly target: TargetWish;
  readonly format: Format;
  readonly failOn: Severity;
}

export interface DriftInvocation {
  readonly kind: 'drift';
  /** A folder; null for the only one of the project. */
  readonly path: string | null;
  readonly other: DriftSide;
  readonly target: TargetWish;
  readonly format: Format;
}

export interface StatsInvocation {
  readonly kind: 'stats';
  /** The environment variable that holds the connection. */
  readonly variable: string;
  readonly format: Format;
  /** True when the sizes are to be written where dry runs look for them. */
  readonly write: boolean;
}

export interface DownInvocation {
  readonly kind: 'down';
  /** As for dry-run. */
  readonly migration: string | null;
  readonly target: TargetWish;
  readonly format: Format;
  /** True when the file is to be written where it belongs; else it is printed. */
  readonly write: boolean;
  /** Whether the up is rewritten to keep what it would lose. */
  readonly data: 'lose' | 'keep aside';
}

export interface NewInvocation {
  readonly kind: 'new';
  /** Null where a template names its migrations. */
  readonly name: string | null;
  /** Id of a template; null: blank. */
  readonly template: string | null;
  /** The answers to its questions, as typed. */
  readonly answers: Readonly<Record<string, string>>;
  readonly target: TargetWish;
  /** A folder; null for the only one of the project. */
  readonly path: string | null;
  readonly format: Format;
}

export interface GenerateInvocation {
  readonly kind: 'generate';
  readonly name: string;
  /** What the tool is told about renames. */
  readonly answers: readonly GivenAnswer[];
  /** As for new. */
  readonly path: string | null;
  readonly target: TargetWish;
  readonly format: Format;
  /** True when what was generated is to be written; else it is printed. */
  readonly write: boolean;
}

export interface DoctorInvocation {
  readonly kind: 'doctor';
  /** A folder; null for where the command runs. */
  readonly path: string | null;
  readonly format: Format;
}

export interface ExplainInvocation {
  readonly kind: 'explain';
  /** A file. */
  readonly path: string;
  readonly format: Format;
}

export interface ImportSquawkInvocation {
  readonly kind: 'import-squawk';
  /** The folder of the `.squawk.toml`; null for where the command runs. */
  readonly path: string | null;
}

export type Invocation =
  | ExplainInvocation
  | ImportSquawkInvocation
  | NewInvocation
  | GenerateInvocation
  | DoctorInvocation
  | CheckInvocation
  | DryRunInvocation
  | DryRunAllInvocation
  | DownInvocation
  | DriftInvocation
  | StatsInvocation
  | { readonly kind: 'lsp' }
  | { readonly kind: 'version' }
  | { readonly kind: 'help'; readonly topic: CommandName | null };

export const commandNames: readonly CommandName[] = ['check', 'dry-run', 'new', 'down', 'generate', 'drift', 'stats', 'doctor', 'explain', 'import-squawk', 'lsp'];

/** What the words after `lockstep` ask for. Throws `usage` for what cannot be meant. */
export function parseArguments(words: readonly string[]): Invocation {
  const [first, ...rest] = words;
  if (first === undefined) return { kind: 'help', topic: null };
  const command = commandNames.find((name) => name === first);
  if (command !== undefined) return parseCommand(command, rest);
  if (first === 'help') return { kind: 'help', topic: commandNames.find((name) => name === rest[0]) ?? null };
  if (first === '--version' || first === '-v') return { kind: 'version' };
  if (first === '--help' || first === '-h') return { kind: 'help', topic: null };
  const what = first.startsWith('-') ? 'option' : 'command';
  throw new UserError('usage', `There is no ${what} “${first}”.`, `The commands are ${commandNames.join(', ')}; see lockstep --help.`);
}

const common = { help: { type: 'boolean', short: 'h' }, color: { type: 'boolean' }, 'no-color': { type: 'boolean' } } as const satisfies ParseArgsConfig['options'];
const reporting = { ...common, format: { type: 'string', default: 'pretty' }, json: { type: 'boolean' }, 'fail-on': { type: 'string', default: 'warning' } } as const satisfies ParseArgsConfig['options'];
const running = { ...reporting, ...targetOptions, all: { type: 'boolean' }, since: { type: 'string' }, probe: { type: 'boolean' } } as const satisfies ParseArgsConfig['options'];
const writing = { ...common, ...targetOptions, format: { type: 'string', default: 'pretty' }, write: { type: 'boolean' }, 'keep-aside': { type: 'boolean' } } as const satisfies ParseArgsConfig['options'];
const comparing = { ...common, ...targetOptions, format: { type: 'string', default: 'pretty' }, json: { type: 'boolean' }, schema: { type: 'boolean' }, neon: { type: 'boolean' }, 'neon-branch': { type: 'string' } } as const satisfies ParseArgsConfig['options'];
const capturing = { ...common, 'url-env': { type: 'string' }, format: { type: 'string', default: 'pretty' }, json: { type: 'boolean' }, write: { type: 'boolean' } } as const satisfies ParseArgsConfig['options'];
const naming = { ...common, format: { type: 'string', default: 'pretty' }, json: { type: 'boolean' } } as const satisfies ParseArgsConfig['options'];
const beginning = { ...naming, ...targetOptions, template: { type: 'string' }, answer: { type: 'string', multiple: true } } as const satisfies ParseArgsConfig['options'];
const generating = { ...naming, ...targetOptions, write: { type: 'boolean' }, answer: { type: 'string', multiple: true } } as const satisfies ParseArgsConfig['options'];
const serving = { ...common, stdio: { type: 'boolean' } } as const satisfies ParseArgsConfig['options'];

function parseCommand(command: CommandName, words: readonly string[]): Invocation {
  if (command === 'lsp') {
    const { values } = parsed(command, () => parseArgs({ args: [...words], options: serving }));
    return values.help === true ? { kind: 'help', topic: command } : { kind: 'lsp' };
  }
  if (command === 'down') return parseDown(words);
  if (command === 'dry-run') return parseDryRun(words);
  if (command === 'drift') return parseDrift(words);
  if (command === 'stats') return parseStats(words);
  if (command === 'new') return parseNew(words);
  if (command === 'generate') return parseGenerate(words);
  if (command === 'doctor') return parseDoctor(words);
  if (command === 'explain') return parseExplain(words);
  if (command === 'import-squawk') return parseImport(words);
  const { values, positionals } = parsed(command, () => parseArgs({ args: [...words], options: reporting, allowPositionals: true }));
  if (values.help === true) return { kind: 'help', topic: command };
  return { kind: 'check', paths: positionals, ...reported(values) };
}

function parseDryRun(words: readonly string[]): Invocation {
  const { values, positionals } = parsed('dry-run', () => parseArgs({ args: [...words], options: running, allowPositionals: true }));
  if (values.help === true) return { kind: 'help', topic: 'dry-run' };
  const whole = values.all === true || values.since !== undefined;
  if (whole && values.probe === true) throw new UserError('usage', '--probe watches one migration, not a whole history.', 'lockstep dry-run <migration> --probe.');
  if (whole && positionals.length <= 1) return { kind: 'dry-run-all', path: positionals[0] ?? null, since: values.since ?? null, target: targetWish(values), ...reported(values) };
  if (positionals.length > 1) throw new UserError('usage', `dry-run takes one migration, not ${String(positionals.length)}.`, 'Run it once for each.');
  return { kind: 'dry-run', migration: positionals[0] ?? null, target: targetWish(values), probe: values.probe === true ? 'on' : undefined, ...reported(values) };
}

function parseDrift(words: readonly string[]): Invocation {
  const { values, positionals } = parsed('drift', () => parseArgs({ args: [...words], options: comparing, allowPositionals: true }));
  if (values.help === true) return { kind: 'help', topic: 'drift' };
  if (positionals.length > 1) throw new UserError('usage', `drift takes one folder, not ${String(positionals.length)}.`, 'Run it once for each.');
  const { kind = 'embedded', ...wish } = targetWish({ ...values, target: values.target ?? 'embedded' });
  const sides: readonly DriftSide[] = [
    ...(values.schema === true ? [{ kind: 'declared' } as const] : []),
    ...(wish.variable === undefined ? [] : [{ kind: 'server', variable: wish.variable } as const]),
    ...(values.neon === true || values['neon-branch'] !== undefined ? [{ kind: 'neon', branch: values['neon-branch'] ?? null } as const] : []),
  ];
  const [other, second] = sides;
  if (other === undefined || second !== undefined) {
    throw new UserError('usage', 'drift needs to know what to compare with the history: a server, a Neon branch or the declared schema.', 'lockstep drift --url-env <name>, lockstep drift --neon-branch <name> or lockstep drift --schema.');
  }
  return { kind: 'drift', path: positionals[0] ?? null, other, target: { ...wish, kind }, format: formatOf(values) };
}

function parseStats(words: readonly string[]): Invocation {
  const { values } = parsed('stats', () => parseArgs({ args: [...words], options: capturing }));
  if (values.help === true) return { kind: 'help', topic: 'stats' };
  return { kind: 'stats', variable: targetWish(values).variable ?? defaultVariable, format: formatOf(values), write: values.write === true };
}

function parseNew(words: readonly string[]): Invocation {
  const { values, positionals } = parsed('new', () => parseArgs({ args: [...words], options: beginning, allowPositionals: true }));
  if (values.help === true) return { kind: 'help', topic: 'new' };
  const { template = null, answer = [] } = values;
  const common = { kind: 'new', template, answers: answersOf(answer), target: targetWish(values), format: formatOf(values) } as const;
  if (template === null && answer.length > 0) throw new UserError('usage', '--answer is for the questions of a template.', 'Name it with --template.');
  // A template names its migrations; then the only word is the folder.
  if (template !== null && positionals.length <= 1) return { ...common, name: null, path: positionals[0] ?? null };
  return { ...common, ...nameAndFolder('new', positionals) };
}

function parseGenerate(words: readonly string[]): Invocation {
  const { values, positionals } = parsed('generate', () => parseArgs({ args: [...words], options: generating, allowPositionals: true }));
  if (values.help === true) return { kind: 'help', topic: 'generate' };
  const answers = (values.answer ?? []).map((each) => pairOf(each, 'Write --answer full_name=display_name for what was renamed, --answer nickname=+ for what is new.')).map(([name, before]) => ({ name, before: before === '+' ? null : before }));
  return { kind: 'generate', ...nameAndFolder('generate', positionals), answers, target: targetWish(values), format: formatOf(values), write: values.write === true };
}

function parseDoctor(words: readonly string[]): Invocation {
  const { values, positionals } = parsed('doctor', () => parseArgs({ args: [...words], options: naming, allowPositionals: true }));
  if (values.help === true) return { kind: 'help', topic: 'doctor' };
  if (positionals.length > 1) throw new UserError('usage', `doctor takes one folder, not ${String(positionals.length)}.`, 'Run it once for each.');
  return { kind: 'doctor', path: positionals[0] ?? null, format: formatOf(values) };
}

function parseExplain(words: readonly string[]): Invocation {
  const { values, positionals } = parsed('explain', () => parseArgs({ args: [...words], options: naming, allowPositionals: true }));
  if (values.help === true) return { kind: 'help', topic: 'explain' };
  const [path, more] = positionals;
  if (path === undefined || more !== undefined) throw new UserError('usage', `explain takes one file, not ${String(positionals.length)}.`, 'lockstep explain drizzle/0012_orders.sql.');
  return { kind: 'explain', path, format: formatOf(values) };
}

function parseImport(words: readonly string[]): Invocation {
  const { values, positionals } = parsed('import-squawk', () => parseArgs({ args: [...words], options: common, allowPositionals: true }));
  if (values.help === true) return { kind: 'help', topic: 'import-squawk' };
  if (positionals.length > 1) throw new UserError('usage', `import-squawk takes one folder, not ${String(positionals.length)}.`, 'Run it once for each.');
  return { kind: 'import-squawk', path: positionals[0] ?? null };
}

function answersOf(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(given.map((each) => pairOf(each, 'Write --answer table=orders.')));
}

function pairOf(given: string, next: string): readonly [string, string] {
  const at = given.indexOf('=');
  if (at <= 0) throw new UserError('usage', `--answer is “${given}”, without the question that it answers.`, next);
  return [given.slice(0, at), given.slice(at + 1)];
}

function nameAndFolder(command: CommandName, [name, path, more]: readonly string[]): { readonly name: string; readonly path: string | null } {
  if (name === undefined) throw new UserError('usage', `${command} needs a name that says what the migration does.`, `lockstep ${command} add_status_to_orders.`);
  if (more !== undefined) throw new UserError('usage', `${command} takes a name and a folder, and “${more}” besides.`, 'Join the words of the name with underscores, or quote it.');
  return { name, path: path ?? null };
}

function formatOf(values: { readonly format: string; readonly json?: boolean | undefined }): Format {
  return values.json === true ? 'json' : oneOf(['pretty', 'json'] as const, values.format, '--format');
}

function reported(values: { readonly format: string; readonly json?: boolean | undefined; readonly 'fail-on': string }): { readonly format: Format; readonly failOn: Severity } {
  return { format: formatOf(values), failOn: oneOf(severities, values['fail-on'], '--fail-on') };
}

function parseDown(words: readonly string[]): Invocation {
  const { values, positionals } = parsed('down', () => parseArgs({ args: [...words], options: writing, allowPositionals: true }));
  if (values.help === true) return { kind: 'help', topic: 'down' };
  if (positionals.length > 1) throw new UserError('usage', `down takes one migration, not ${String(positionals.length)}.`, 'Run it once for each.');
  return { kind: 'down', migration: positionals[0] ?? null, target: targetWish(values), format: oneOf(['pretty', 'json'] as const, values.format, '--format'), write: values.write === true, data: values['keep-aside'] === true ? 'keep aside' : 'lose' };
}

/** Node's parser says what is wrong in a TypeError of its own. */
function parsed<T>(command: CommandName, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof TypeError) || !('code' in error) || !String(error.code).startsWith('ERR_PARSE_ARGS')) throw error;
    const message = error.message.split('. To specify')[0] ?? error.message;
    throw new UserError('usage', `${message.replace(/\.$/, '')}.`, `See lockstep ${command} --help.`);
  }
}
