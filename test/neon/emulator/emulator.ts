import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { PostgresServer } from '../../support/postgres.ts';
import { openDocument, type ApiDocument, type ApiRequest } from './document.ts';
import { Project, type StoredBranch } from './project.ts';
import { ApiError, routes, type Answer } from './routes.ts';

/** What the emulator does wrong, and when. */
export interface Fault {
  /** The operation by its id in Neon's document. */
  readonly on: string;
  /** How often; left out: always. */
  times?: number;
  /** Only requests whose body says so. */
  readonly if?: (body: unknown) => boolean;
  /** Answer with an error; or, without one, with a broken connection. */
  readonly error?: { readonly status: number; readonly code?: string; readonly message: string; readonly headers?: Readonly<Record<string, string>> };
  /** `after`: the work is done and only its answer is lost. */
  readonly when?: 'before' | 'after';
  /** Called when it happens, before the answer. */
  readonly then?: () => void;
}

export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly operationId: string | null;
  readonly body: unknown;
  readonly status: number | 'broken';
}

export interface Emulator {
  /** Where the API is, without a slash at the end. */
  readonly apiHost: string;
  readonly apiKey: string;
  readonly project: Project;
  readonly main: StoredBranch;
  readonly log: LoggedRequest[];
  /** Requests and answers that Neon's document forbids, in words. */
  readonly mistakes: string[];
  readonly faults: Fault[];
  /** Branches other than the default one. */
  branches(): readonly StoredBranch[];
  /** As it was at the beginning, but for the parent's data. */
  reset(): Promise<void>;
  end(): Promise<void>;
}

/**
 * Neon's API over real databases. Every request and every answer is held against Neon's own OpenAPI document; what that
 * forbids is answered with 400 or 500 and kept in `mistakes`.
 */
export async function startEmulator(server: PostgresServer, databases: readonly string[] = ['neondb']): Promise<Emulator> {
  const document = await openDocument();
  const project = new Project('calm-field-12345678', server);
  const main = await project.begin(databases);
  const kept: Kept = { document, project, apiKey: 'napi_canary_4f9c2e71b8d6', log: [], mistakes: [], faults: [] };
  const http = createServer((request, response) => void serve(kept, request, response));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const branches = (): readonly StoredBranch[] => [...project.branches.values()].filter((branch) => branch !== main);
  return {
    ...kept,
    main,
    apiHost: `http://127.0.0.1:${String(portOf(http))}/api/v2`,
    branches,
    async reset() {
      for (const branch of branches()) await project.delete(branch);
      for (const list of [kept.log, kept.mistakes, kept.faults]) list.length = 0;
      project.operationsTake = 1;
      project.computeFailure = null;
    },
    async end() {
      http.closeAllConnections();
      http.close();
      await project.end();
    },
  };
}

interface Kept {
  readonly document: ApiDocument;
  readonly project: Project;
  readonly apiKey: string;
  readonly log: LoggedRequest[];
  readonly mistakes: string[];
  readonly faults: Fault[];
}

async function serve(kept: Kept, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = await received(incoming);
  const matched = kept.document.match(request);
  const answer = await answerTo(kept, request, matched);
  const status = answer === 'broken' ? answer : answer.status;
  kept.log.push({ method: request.method, path: request.path, operationId: matched?.operationId ?? null, body: request.body, status });
  if (answer === 'broken') {
    incoming.socket.destroy();
    return;
  }
  response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
  response.end(answer.body === null ? undefined : JSON.stringify(answer.body));
}

async function answerTo(kept: Kept, request: ApiRequest, matched: ReturnType<ApiDocument['match']>): Promise<Answer | 'broken'> {
  try {
    if (matched === null) throw mistaken(kept, `${request.method} ${request.path} is not emulated`);
    if (request.headers['authorization'] !== `Bearer ${kept.apiKey}`) throw new ApiError(401, '', 'supplied credentials do not pass authentication');
    const wrong = kept.document.requestMistakes(request);
    if (wrong.length > 0) throw mistaken(kept, `${matched.operationId}: ${wrong.join('; ')}`);
    const fault = nextFault(kept.faults, matched.operationId, request.body);
    if (fault !== null && fault.when !== 'after') return faulty(fault);
    await kept.project.expire(new Date());
    const answer = await route(kept.project, matched, request.body);
    if (fault !== null) return faulty(fault);
    const mistakes = answer.body === null ? [] : kept.document.responseMistakes(matched.operationId, answer.status, answer.body);
    if (mistakes.length > 0) kept.mistakes.push(`answer of ${matched.operationId}: ${mistakes.join('; ')}`);
    return answer;
  } catch (error) {
    if (error instanceof ApiError) return errorAnswer(error);
    kept.mistakes.push(String(error));
    return errorAnswer(new ApiError(500, '', String(error)));
  }
}

function route(project: Project, { operationId, params, query }: NonNullable<ReturnType<ApiDocument['match']>>, body: unknown): Promise<Answer> {
  const handler = routes[operationId];
  if (handler === undefined) throw new Error(`${operationId} is not emulated`);
  if (params['project_id'] !== undefined && params['project_id'] !== project.id) throw new ApiError(404, '', 'project not found');
  return handler(project, { params, query, body });
}

function nextFault(faults: Fault[], operationId: string, body: unknown): Fault | null {
  const fault = faults.find((each) => each.on === operationId && each.times !== 0 && (each.if?.(body) ?? true));
  if (fault === undefined) return null;
  if (fault.times !== undefined) fault.times -= 1;
  return fault;
}

function faulty({ error, then }: Fault): Answer | 'broken' {
  then?.();
  return error === undefined ? 'broken' : { ...errorAnswer(new ApiError(error.status, error.code ?? '', error.message)), headers: error.headers ?? {} };
}

function errorAnswer({ status, code, message }: ApiError): Answer {
  return { status, body: { request_id: '00000000-0000-4000-8000-000000000000', code, message } };
}

function mistaken(kept: Kept, mistake: string): ApiError {
  kept.mistakes.push(`request ${mistake}`);
  return new ApiError(400, '', mistake);
}

async function received(incoming: IncomingMessage): Promise<ApiRequest> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer); // A request without encoding gives buffers.
  const text = Buffer.concat(parts).toString('utf8');
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  return { method: incoming.method ?? 'GET', path: incoming.url ?? '/', headers, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}

function portOf(http: Server): number {
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}
