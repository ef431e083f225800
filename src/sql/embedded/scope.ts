import type { Class, Declaration, Expression, Function as AnyFunction, LVal, Node, ObjectExpression, Program, Statement, TSEnumDeclaration } from '@babel/types';

/** What a name stands for. */
export type Binding =
  | { readonly kind: 'value'; readonly node: Expression; readonly scope: Scope }
  | { readonly kind: 'function'; readonly node: AnyFunction; readonly scope: Scope }
  | { readonly kind: 'class'; readonly node: Class; readonly scope: Scope }
  | { readonly kind: 'enum'; readonly node: TSEnumDeclaration; readonly scope: Scope }
  /** The connection, or whatever the tool hands to a migration. */
  | { readonly kind: 'handle' }
  | { readonly kind: 'import' }
  | { readonly kind: 'unknown' };

/** The names that can be seen at a place of the file, and what `this` is there. */
export interface Scope {
  readonly names: Map<string, Binding>;
  readonly outer: Scope | null;
  readonly self: Class | ObjectExpression | null;
  /** Names that the file assigns to somewhere: only a `const` of that name can be trusted. */
  readonly assigned: ReadonlySet<string>;
}

export function programScope(program: Program): Scope {
  const scope: Scope = { names: new Map(), outer: null, self: null, assigned: assignedNames(program) };
  declareAll(scope, program.body);
  return scope;
}

export function innerScope(outer: Scope, self: Scope['self'] = outer.self): Scope {
  return { names: new Map(), outer, self, assigned: outer.assigned };
}

export function lookUp(scope: Scope, name: string): Binding | null {
  for (let each: Scope | null = scope; each !== null; each = each.outer) {
    const found = each.names.get(name);
    if (found !== undefined) return found;
  }
  return null;
}

/** Takes in what the statements of a block declare. */
export function declareAll(scope: Scope, statements: readonly (Statement | Declaration)[]): void {
  for (const statement of statements) declare(scope, statement);
}

function declare(scope: Scope, statement: Statement | Declaration): void {
  switch (statement.type) {
    case 'ExportNamedDeclaration':
      if (statement.declaration != null) declare(scope, statement.declaration);
      return;
    case 'ExportDefaultDeclaration':
      if (statement.declaration.type === 'FunctionDeclaration' || statement.declaration.type === 'ClassDeclaration') declare(scope, statement.declaration);
      return;
    case 'FunctionDeclaration':
      if (statement.id != null) scope.names.set(statement.id.name, { kind: 'function', node: statement, scope });
      return;
    case 'ClassDeclaration':
      if (statement.id != null) scope.names.set(statement.id.name, { kind: 'class', node: statement, scope });
      return;
    case 'TSEnumDeclaration':
      scope.names.set(statement.id.name, { kind: 'enum', node: statement, scope });
      return;
    case 'ImportDeclaration':
      for (const each of statement.specifiers) scope.names.set(each.local.name, { kind: 'import' });
      return;
    case 'VariableDeclaration':
      for (const each of statement.declarations) {
        const isConstant = statement.kind === 'const' || (each.id.type === 'Identifier' && !scope.assigned.has(each.id.name));
        bind(scope, each.id, isConstant && each.init != null ? bindingOf(each.init, scope) : { kind: 'unknown' });
      }
      return;
    default:
  }
}

/** Binds a name; the names of a pattern take the members of what it takes apart. */
export function bind(scope: Scope, target: LVal | Node, binding: Binding): void {
  if (target.type === 'Identifier') scope.names.set(target.name, binding);
  else if (target.type === 'AssignmentPattern') bind(scope, target.left, binding.kind === 'unknown' ? bindingOf(target.right, scope) : binding);
  else if (target.type === 'TSParameterProperty') bind(scope, target.parameter, binding);
  else if (target.type === 'RestElement') bind(scope, target.argument, binding.kind === 'handle' ? binding : { kind: 'unknown' });
  else if (target.type === 'ObjectPattern') {
    for (const each of target.properties) {
      if (each.type === 'RestElement') bind(scope, each.argument, binding);
      else bind(scope, each.value, memberBinding(binding, each.key));
    }
  } else if (target.type === 'ArrayPattern') {
    for (const each of target.elements) if (each !== null) bind(scope, each, binding.kind === 'handle' ? binding : { kind: 'unknown' });
  }
}

/** The member of a handle is a handle; that of an expression is told when somebody asks. */
function memberBinding(binding: Binding, key: Node): Binding {
  if (binding.kind === 'handle' || binding.kind === 'import') return binding;
  if (binding.kind !== 'value' || key.type !== 'Identifier') return { kind: 'unknown' };
  const node: Expression = { type: 'MemberExpression', object: binding.node, property: key, computed: false, start: key.start ?? null, end: key.end ?? null };
  return { kind: 'value', node, scope: binding.scope };
}

export function bindingOf(node: Expression, scope: Scope): Binding {
  if (node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression') return { kind: 'function', node, scope };
  if (node.type === 'ClassExpression') return { kind: 'class', node, scope };
  return { kind: 'value', node, scope };
}

/** Every node below, in the order of the file, the node itself first. */
export function* nodesOf(root: Node): Generator<Node> {
  const waiting: Node[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    yield node;
    waiting.push(...childrenOf(node).reverse());
  }
}

/** A node's children in the order of the file. */
export function childrenOf(node: Node): Node[] {
  const found: Node[] = [];
  for (const [key, value] of Object.entries(node)) {
    if (aside.has(key)) continue;
    // The parser's nodes hold nodes, lists of nodes and plain values; which is which is asked of each.
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value as unknown]) if (isNode(each)) found.push(each);
  }
  return found.sort((a, b) => (a.start ?? 0) - (b.start ?? 0));
}

const aside = new Set(['loc', 'extra', 'leadingComments', 'trailingComments', 'innerComments', 'errors', 'tokens', 'comments', 'typeAnnotation', 'returnType', 'typeParameters']);

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function assignedNames(program: Program): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of nodesOf(program)) {
    const target = node.type === 'AssignmentExpression' ? node.left : node.type === 'UpdateExpression' ? node.argument : null;
    if (target?.type === 'Identifier') names.add(target.name);
    if ((node.type === 'ForOfStatement' || node.type === 'ForInStatement') && node.left.type === 'Identifier') names.add(node.left.name);
  }
  return names;
}
