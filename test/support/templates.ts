import {
  type Command,
  type Operand,
  type Pipeline,
  parseTemplate,
  type TemplateNode,
} from '../../src/promql/template.ts';
import type { Span } from '../../src/repo/text.ts';

/** The parts of a template from the outside in, each with the text where it stands. */
export function outline(text: string): string[] {
  const { nodes } = parseTemplate(text);
  if (nodes === undefined) throw new Error(`${text} is no template`);
  const at = ({ span }: { readonly span: Span }): string => `‹${text.slice(span.start, span.end)}›`;
  const inNodes = (all: readonly TemplateNode[], depth: string): string[] =>
    all.flatMap((node) => {
      const name = 'name' in node ? ` ${node.name}` : '';
      const pipeline = node.pipeline ? [`${depth}  ${inPipeline(node.pipeline)}`] : [];
      const body = 'body' in node ? inNodes(node.body, `${depth}  `) : [];
      const otherwise =
        'otherwise' in node && node.otherwise.length > 0
          ? [`${depth}else`, ...inNodes(node.otherwise, `${depth}  `)]
          : [];
      return [`${depth}${node.kind}${name} ${at(node)}`, ...pipeline, ...body, ...otherwise];
    });
  const inPipeline = (pipeline: Pipeline): string => {
    const { variables, isDeclaration, commands } = pipeline;
    const sign = variables.length === 0 ? '' : isDeclaration ? ' := ' : ' = ';
    return `${variables.map((variable) => variable.name + at(variable)).join(', ')}${sign}${commands.map(inCommand).join(' | ')} in ${at(pipeline)}`;
  };
  const inCommand = (command: Command): string => `${command.args.map(inOperand).join(' ')} ${at(command)}`;
  const inOperand = (operand: Operand): string => {
    const fields =
      'fields' in operand ? operand.fields.map((field) => `.${field.name}${at(field)}`).join('') : '';
    switch (operand.kind) {
      case 'reference':
        return `${operand.base}${fields}${at(operand)}`;
      case 'function':
        return `${operand.name}()${at(operand)}`;
      case 'nested':
        return `(${'commands' in operand.inside ? inPipeline(operand.inside) : inOperand(operand.inside)})${fields}${at(operand)}`;
      default:
        return `${operand.kind} ${JSON.stringify(operand.text)}${at(operand)}`;
    }
  };
  return inNodes(nodes, '');
}
