import { isRecord } from '../model/record.ts';
import type { Span } from '../model/span.ts';
import type { ReportView } from './view-model.ts';

/** What the page shows. `path` is the up script: enough to run again, also after the editor was reloaded. */
export type PageState =
  | { readonly kind: 'running'; readonly path: string; readonly migration: string; readonly message: string; readonly fraction: number }
  | { readonly kind: 'stopped'; readonly path: string; readonly migration: string; readonly message: string; readonly next: string }
  | { readonly kind: 'report'; readonly path: string; readonly migration: string; readonly view: ReportView; readonly proposal?: Proposal };

/** A migration that was generated and is not written yet; the page offers to. */
export interface Proposal {
  /** Names of the files that would be written, for the user to read. */
  readonly files: readonly string[];
}

/** From the extension to the page. */
export interface PageMessage {
  readonly type: 'show';
  readonly state: PageState;
}

/** From the page to the extension. */
export type WebviewMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'rerun' }
  | { readonly type: 'cancel' }
  | { readonly type: 'openDiff' }
  | { readonly type: 'accept' }
  | { readonly type: 'discard' }
  | { readonly type: 'reveal'; readonly path: string; readonly span: Span };

/**
 * Reads a message of the page; null for anything that is not exactly one of them. The page shows text from
 * databases and migrations, so the extension trusts nothing that comes from it: it opens only paths of the report it showed.
 */
export function parseWebviewMessage(value: unknown): WebviewMessage | null {
  if (!isRecord(value)) return null;
  switch (value['type']) {
    case 'ready':
    case 'rerun':
    case 'cancel':
    case 'openDiff':
    case 'accept':
    case 'discard':
      return { type: value['type'] };
    case 'reveal': {
      const span = parseSpan(value['span']);
      return span !== null && typeof value['path'] === 'string' ? { type: 'reveal', path: value['path'], span } : null;
    }
    default:
      return null;
  }
}

/** Reads what the extension posted; null for anything else, such as the messages that VS Code itself posts to a page. */
export function parsePageMessage(value: unknown): PageMessage | null {
  if (!isRecord(value) || value['type'] !== 'show') return null;
  const state = parsePageState(value['state']);
  return state === null ? null : { type: 'show', state };
}

/**
 * Reads a state that VS Code kept over a reload. An older version's view is refused by its number, so its content
 * needs no second look: only this page ever writes it.
 */
export function parsePageState(value: unknown): PageState | null {
  if (!isRecord(value)) return null;
  const { kind, path, migration, message, next, fraction, view, proposal } = value;
  if (typeof path !== 'string' || typeof migration !== 'string') return null;
  if (kind === 'running' && typeof message === 'string' && typeof fraction === 'number') return { kind, path, migration, message, fraction };
  if (kind === 'stopped' && typeof message === 'string' && typeof next === 'string') return { kind, path, migration, message, next };
  // The view is our own data, written by this very version of the page.
  if (kind === 'report' && isRecord(view) && view['version'] === 1) return { kind, path, migration, view: view as unknown as ReportView, ...proposed(proposal) };
  return null;
}

/** What to keep over a reload: a run does not outlive the editor, so its page says that it was interrupted. */
export function stateToKeep(state: PageState): PageState {
  const { path, migration } = state;
  // Whoever could write it is gone by then.
  if (state.kind === 'report' && state.proposal !== undefined) return { kind: 'report', path, migration, view: state.view };
  if (state.kind !== 'running') return state;
  return { kind: 'stopped', path, migration, message: 'The dry run was interrupted when the window was reloaded.', next: 'Run it again.' };
}

/** Every file that a view leads to; the extension reveals no other. */
export function viewPaths(view: ReportView): readonly string[] {
  return [...new Set([...view.scripts.map((script) => script.path), ...view.findings.map((finding) => finding.place.path)])];
}

function proposed(value: unknown): { readonly proposal?: Proposal } {
  if (!isRecord(value) || !Array.isArray(value['files'])) return {};
  return { proposal: { files: value['files'].filter((each) => typeof each === 'string') } };
}

function parseSpan(value: unknown): Span | null {
  if (!isRecord(value)) return null;
  const { start, end } = value;
  const valid = Number.isSafeInteger(start) && Number.isSafeInteger(end) && Number(start) >= 0 && Number(end) >= Number(start);
  return valid ? { start: Number(start), end: Number(end) } : null;
}
