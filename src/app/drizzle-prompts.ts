import { isRecord } from '../model/record.ts';

/** A question of drizzle-kit: was this renamed from that, or is it new? */
export interface Question {
  readonly question: string;
  /** As drizzle-kit writes them: `+ name create column`, `~ label › name rename column`. */
  readonly options: readonly string[];
}

const mark = 'lockstep-question:';

/** The question that a run ended with, because it had no answer for it; null when it had none. */
export function questionIn(stdout: string): Question | null {
  const at = stdout.lastIndexOf(mark);
  if (at < 0) return null;
  const value: unknown = JSON.parse(stdout.slice(at + mark.length).split('\n')[0] ?? '');
  if (!isRecord(value) || typeof value['question'] !== 'string' || !Array.isArray(value['options'])) return null;
  return { question: value['question'], options: value['options'].filter((each) => typeof each === 'string') };
}

/**
 * Runs drizzle-kit with a keyboard that gives the answers (`node -e <this> <drizzle-kit> <answers as JSON> <arguments…>`): for each question in
 * order the index of the option. The first question without an answer is printed behind a mark, and the process ends; whoever called asks the user
 * and calls again. drizzle-kit asks in a terminal alone, so it is given what it takes for one.
 */
export const answeringScript = `
const { PassThrough } = require('node:stream');
const [kit, given, ...args] = process.argv.slice(1);
const answers = JSON.parse(given);
const keyboard = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => keyboard });
Object.defineProperty(process, 'stdin', { value: keyboard });
process.stdout.isTTY = true;
const write = process.stdout.write.bind(process.stdout);
let asked = 0;
let isOpen = false;
process.stdout.write = (chunk, ...rest) => {
  const lines = String(chunk).replace(/\\u001B\\[[0-9;?]*[A-Za-z]/g, '').split('\\n').map((line) => line.trim()).filter((line) => line !== '');
  const at = lines.findIndex((line) => /created or renamed from another/.test(line));
  if (at < 0 || isOpen) return at < 0 ? write(chunk, ...rest) : true;
  const answer = answers[asked];
  if (answer === undefined) {
    const options = lines.slice(at + 1).map((line) => line.replace(/^\\u276F\\s*/, '').replace(/\\s+/g, ' '));
    write('\\n${mark}' + JSON.stringify({ question: lines[at], options }) + '\\n', () => process.exit(3));
    return true;
  }
  asked += 1;
  isOpen = true;
  setImmediate(() => {
    for (let step = 0; step < answer; step += 1) keyboard.emit('keypress', '', { name: 'down' });
    isOpen = false;
    keyboard.emit('keypress', '', { name: 'return' });
  });
  return true;
};
process.argv = [process.argv[0], kit, ...args];
require(kit);
`;
