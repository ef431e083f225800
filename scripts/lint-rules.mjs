// The house habits that ESLint has no rule for.

const noDefaultExport = {
  create: (context) => ({
    ExportDefaultDeclaration(node) {
      context.report({ node, message: 'Exports have names.' });
    },
  }),
};

const noBooleanParameter = {
  create(context) {
    const check = (node) => {
      for (const parameter of node.params) {
        const type = (parameter.left ?? parameter).typeAnnotation?.typeAnnotation;
        const isFlag = type?.type === 'TSBooleanKeyword' || typeof parameter.right?.value === 'boolean';
        if (isFlag) context.report({ node: parameter, message: 'A boolean parameter says nothing where it is called: take two functions or a word.' });
      }
    };
    // Callbacks are shaped by those who call them, so only what has a name of its own is looked at.
    return { FunctionDeclaration: check, TSDeclareFunction: check, MethodDefinition: (node) => check(node.value) };
  },
};

const assertionSaysWhy = {
  create(context) {
    const { sourceCode } = context;
    return {
      TSAsExpression(node) {
        const annotation = node.typeAnnotation;
        const isConst = annotation.type === 'TSTypeReference' && annotation.typeName.name === 'const';
        if (isConst || explained(sourceCode, node)) return;
        context.report({ node, message: 'A comment on this line or the one before says why the compiler cannot know.' });
      },
    };
  },
};

/** A comment on the line of the assertion, or right before the statement or the line that holds it. */
function explained(sourceCode, node) {
  let statement = node;
  while (statement.parent !== null && !/Statement$|Declaration$|^PropertyDefinition$/.test(statement.type)) statement = statement.parent;
  const lines = [node.loc.start.line, node.loc.end.line, node.loc.start.line - 1, statement.loc.start.line - 1];
  return sourceCode.getAllComments().some((comment) => lines.includes(comment.loc.end.line));
}

export const habits = {
  rules: {
    'no-default-export': noDefaultExport,
    'no-boolean-parameter': noBooleanParameter,
    'assertion-says-why': assertionSaysWhy,
  },
};
