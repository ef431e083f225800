import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A request as the document's checker wants it. */
export interface ApiRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface Matched {
  readonly operationId: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** Neon's own OpenAPI document as judge of both directions. */
export interface ApiDocument {
  match(request: ApiRequest): Matched | null;
  /** What is wrong with a request, in words; empty when nothing is. */
  requestMistakes(request: ApiRequest): readonly string[];
  responseMistakes(operationId: string, status: number, body: unknown): readonly string[];
}

export async function openDocument(): Promise<ApiDocument> {
  const definition = emulatedPart(parse(readFileSync(load.resolve('@neondatabase/api-client/public-v2-for-users.gen.yaml'), 'utf8')));
  const backend = new OpenAPIBackend({
    definition, apiRoot: '/api/v2', quick: true, strict: true, lazyCompileValidators: true, coerceTypes: true, ajvOpts: { strict: false, allErrors: true }, customizeAjv: (ajv) => addFormats(ajv),
  });
  await backend.init();
  return {
    match(request) {
      const operation = backend.router.matchOperation(request);
      if (operation === undefined) return null;
      const { params, query } = backend.router.parseRequest(request, operation);
      return { operationId: operation.operationId, params, query: asTexts(query) };
    },
    requestMistakes(request) {
      const { errors } = backend.validator.validateRequest(request);
      const operation = backend.router.matchOperation(request);
      const schema = operation?.requestBody?.content['application/json']?.schema;
      return [...said(errors), ...(schema === undefined ? [] : strangers(request.body, schema, 'body'))];
    },
    responseMistakes: (operationId, status, body) => said(backend.validator.validateResponse(body, operationId, status).errors),
  };
}

// These packages are installed beside the emulator, on demand, so the types of the root's packages know nothing of them.
const load = createRequire(import.meta.url);
const { OpenAPIBackend } = load('openapi-backend') as { readonly OpenAPIBackend: new (options: Readonly<Record<string, unknown>> & { readonly customizeAjv: (ajv: unknown) => unknown }) => Backend };
const { parse } = load('yaml') as { readonly parse: (text: string) => Definition };
const { default: addFormats } = load('ajv-formats') as { readonly default: (ajv: unknown) => unknown };

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly additionalProperties?: unknown;
}

interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema } | undefined>> };
}

interface Backend {
  init(): Promise<unknown>;
  readonly router: {
    matchOperation(request: ApiRequest): Operation | undefined;
    parseRequest(request: ApiRequest, operation: Operation): { readonly params: Record<string, string>; readonly query: Record<string, unknown> };
  };
  readonly validator: {
    validateRequest(request: ApiRequest): { readonly errors?: readonly SchemaError[] | null };
    validateResponse(body: unknown, operationId: string, status: number): { readonly errors?: readonly SchemaError[] | null };
  };
}

interface SchemaError {
  readonly instancePath: string;
  readonly message?: string;
}

interface Definition {
  readonly paths: Readonly<Record<string, unknown>>;
}

/** The whole document has 160 operations; reading those that a branch needs takes a tenth of the time. */
function emulatedPart(definition: Definition): Definition {
  const wanted = /^\/projects(\/\{project_id\}(\/(branches(\/\{branch_id\}(\/(compare_schema|databases|roles|endpoints))?)?|operations(\/\{operation_id\})?|endpoints|connection_uri))?)?$|^\/users\/me$/;
  return { ...definition, paths: Object.fromEntries(Object.entries(definition.paths).filter(([path]) => wanted.test(path))) };
}

function said(errors: readonly SchemaError[] | null | undefined): readonly string[] {
  return (errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? 'is wrong'}`);
}

/** The document forbids no unknown member, and Neon ignores them, so a misspelt one would go unnoticed. */
function strangers(value: unknown, schema: Schema, name: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => (schema.items === undefined ? [] : strangers(item, schema.items, `${name}[${String(index)}]`)));
  if (typeof value !== 'object' || value === null) return [];
  const parts = [schema, ...(schema.allOf ?? [])];
  if (parts.some((part) => part.additionalProperties !== undefined)) return [];
  const known = Object.assign({}, ...parts.map((part) => part.properties ?? {})) as Readonly<Record<string, Schema>>;
  return Object.entries(value).flatMap(([key, member]) => {
    const its = known[key];
    return its === undefined ? [`${name}.${key} is unknown to the document`] : strangers(member, its, `${name}.${key}`);
  });
}

function asTexts(query: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, typeof value === 'string' ? value : JSON.stringify(value)]])));
}
