// docs/schemas/*.schema.json: what the JSON of the command line looks like, made from the types that the reports have.
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../run.mjs';

interface Published {
  /** The file of the type, and its name there. */
  readonly from: string;
  readonly type: string;
  readonly title: string;
  /** What the JSON has beyond the type. */
  readonly kind: string;
  readonly more?: Readonly<Record<string, Schema>>;
}

type Schema = Readonly<Record<string, unknown>>;

const counts = { type: 'object', additionalProperties: { type: 'integer' } };

const published: Readonly<Record<string, Published>> = {
  'dry-run': { from: 'src/model/report.ts', type: 'DryRunReport', title: 'lockstep dry-run --format json', kind: 'dry run' },
  history: {
    from: 'src/model/history-run.ts', type: 'HistoryReport', title: 'lockstep dry-run --all --format json', kind: 'history',
    more: { summary: { type: 'object', properties: { tried: { type: 'integer' }, verdicts: counts, findings: { type: 'integer' } }, required: ['tried', 'verdicts', 'findings'] } },
  },
  explanation: { from: 'src/model/explanation.ts', type: 'ExplainReport', title: 'lockstep explain --format json', kind: 'explanation' },
  drift: { from: 'src/model/drift.ts', type: 'DriftReport', title: 'lockstep drift --format json', kind: 'drift' },
};

export async function generate(): Promise<ReadonlyMap<string, string>> {
  const program = ts.createProgram(Object.values(published).map(({ from }) => join(root, from)), { strict: true, exactOptionalPropertyTypes: true, allowImportingTsExtensions: true, noEmit: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext });
  return new Map(Object.entries(published).map(([name, each]) => [`docs/schemas/${name}.schema.json`, `${JSON.stringify(schemaOf(program, each), null, 2)}\n`]));
}

function schemaOf(program: ts.Program, { from, type, title, kind, more = {} }: Published): Schema {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(join(root, from));
  const symbol = file === undefined ? undefined : checker.getExportsOfModule(checker.getSymbolAtLocation(file) ?? fail(from)).find((each) => each.name === type);
  const writer = new Writer(checker);
  const own = writer.object(checker.getDeclaredTypeOfSymbol(symbol ?? fail(type)));
  const properties = { kind: { const: kind }, ...(own['properties'] as Schema), ...more }; // An object's schema has properties.
  const required = ['kind', ...(own['required'] as readonly string[]), ...Object.keys(more)];
  return { $schema: 'http://json-schema.org/draft-07/schema#', title, description: 'Within a version, fields are only ever added.', type: 'object', properties, required, definitions: writer.definitions() };
}

function fail(what: string): never {
  throw new Error(`${what} cannot be found`);
}

/** Writes types as schemas; named object types become definitions. */
class Writer {
  readonly #checker: ts.TypeChecker;
  readonly #named = new Map<string, Schema>();

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  definitions(): Schema {
    return Object.fromEntries([...this.#named].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  object(type: ts.Type): Schema {
    const properties = this.#checker.getPropertiesOfType(type).map((symbol) => {
      const optional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
      const own = this.#checker.getTypeOfSymbol(symbol);
      const said = ts.displayPartsToString(symbol.getDocumentationComment(this.#checker));
      return { name: symbol.name, optional, schema: { ...(said === '' ? {} : { description: said }), ...this.#write(optional ? this.#checker.getNonNullableType(own) : own) } };
    });
    return { type: 'object', properties: Object.fromEntries(properties.map(({ name, schema }) => [name, schema])), required: properties.filter(({ optional }) => !optional).map(({ name }) => name) };
  }

  #write(type: ts.Type): Schema {
    if (type.isUnion()) return this.#union(type.types);
    if (type.isLiteral()) return { const: type.value };
    if ((type.flags & ts.TypeFlags.BooleanLiteral) !== 0) return { const: this.#checker.typeToString(type) === 'true' };
    if ((type.flags & ts.TypeFlags.String) !== 0) return { type: 'string' };
    if ((type.flags & ts.TypeFlags.Number) !== 0) return { type: 'number' };
    if ((type.flags & ts.TypeFlags.Null) !== 0) return { type: 'null' };
    if (this.#checker.isArrayType(type)) return { type: 'array', items: this.#write(this.#checker.getTypeArguments(type as ts.TypeReference)[0] ?? fail('the type of a list')) }; // An array type is a reference to Array.
    const index = type.getStringIndexType();
    if (index !== undefined) return { type: 'object', additionalProperties: this.#write(index) };
    return this.#reference(type);
  }

  /** Literals together are one list of values; true and false together are a boolean. */
  #union(types: readonly ts.Type[]): Schema {
    const isBoolean = types.filter((each) => (each.flags & ts.TypeFlags.BooleanLiteral) !== 0).length === 2;
    const others = isBoolean ? types.filter((each) => (each.flags & ts.TypeFlags.BooleanLiteral) === 0) : types;
    const literals = others.flatMap((each) => (each.isStringLiteral() ? [each.value] : []));
    const rest = others.filter((each) => !each.isStringLiteral()).map((each) => this.#write(each));
    const parts = [...(literals.length === 0 ? [] : [{ enum: literals }]), ...(isBoolean ? [{ type: 'boolean' }] : []), ...rest];
    return parts.length === 1 ? (parts[0] ?? {}) : { anyOf: parts };
  }

  #reference(type: ts.Type): Schema {
    if (type.isIntersection() && type.aliasSymbol === undefined) return this.object(type);
    if (type.aliasSymbol === undefined && type.getSymbol() === undefined) throw new Error(`no schema is known for ${this.#checker.typeToString(type)}`);
    const name = type.aliasSymbol === undefined ? type.symbol.name : type.aliasTypeArguments === undefined ? type.aliasSymbol.name : '__type';
    if (name === '__type') return this.object(type);
    if (!this.#named.has(name)) {
      this.#named.set(name, {});
      this.#named.set(name, this.object(type));
    }
    return { $ref: `#/definitions/${name}` };
  }
}
