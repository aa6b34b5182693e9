import { type ParseError, printParseErrorCode } from 'jsonc-parser';
import type { DocumentProblem } from './document.ts';

/** What is wrong with JSON that does not parse, in words, and where it was caused. */
export function explainJson(
  text: string,
  error: ParseError | undefined,
): Pick<DocumentProblem, 'message' | 'help' | 'span'> {
  if (text.trim() === '') return { message: 'it is empty', span: { start: 0, end: 1 } };
  if (error === undefined) return { message: 'it is no JSON', span: { start: 0, end: 1 } };
  const { offset } = error;
  const span = { start: offset, end: offset + Math.max(1, error.length) };
  const previous = text.slice(0, offset).trimEnd().length - 1;
  const isEnd = offset >= text.trimEnd().length;
  const open = isEnd ? openBracket(text) : undefined;
  if (open !== undefined)
    return {
      message: `the "${text[open]}" that opens here is never closed: the file ends before it does`,
      help: 'write what is missing at the end',
      span: { start: open, end: open + 1 },
    };
  switch (printParseErrorCode(error.error)) {
    case 'PropertyNameExpected':
    case 'ValueExpected':
      if (text[previous] === ',')
        return {
          message: 'nothing follows this comma',
          help: 'remove the comma',
          span: { start: previous, end: previous + 1 },
        };
      return printParseErrorCode(error.error) === 'ValueExpected'
        ? { message: 'a value is missing here', span }
        : { message: 'a name in double quotes is expected here', span };
    case 'ColonExpected':
      return { message: 'there is no colon between the name and this', help: 'write a colon', span };
    case 'CommaExpected':
      if (text[offset] === '}' || text[offset] === ']')
        return { message: `this "${text[offset]}" does not close the bracket that is open`, span };
      return {
        message: 'there is no comma between this and what stands before it',
        help: 'write a comma',
        span,
      };
    case 'InvalidCommentToken':
    case 'UnexpectedEndOfComment':
      return { message: 'JSON has no comments', help: 'remove the comment', span };
    case 'UnexpectedEndOfString':
      return {
        message: 'the quote that opens here is not closed on its line',
        help: 'write the closing quote',
        span,
      };
    case 'InvalidCharacter':
      return { message: 'a line break or tab stands inside a string', help: 'write it as \\n or \\t', span };
    case 'InvalidEscapeCharacter':
      return {
        message: 'a backslash stands before a character that needs none',
        help: 'write two backslashes',
        span,
      };
    case 'EndOfFileExpected':
      return {
        message: 'the document is complete, and something follows it',
        help: 'remove what follows',
        span,
      };
    case 'InvalidSymbol':
      return {
        message: `${JSON.stringify(text.slice(span.start, span.end))} is neither a string in double quotes nor a number, true, false or null`,
        span,
      };
    default:
      return {
        message: printParseErrorCode(error.error)
          .replace(/([a-z])([A-Z])/g, '$1 $2')
          .toLowerCase(),
        span,
      };
  }
}

/** The innermost bracket that is open at the end of the text. */
function openBracket(text: string): number | undefined {
  const open: number[] = [];
  for (const match of text.matchAll(/"(?:[^"\\\r\n]|\\.)*"|[[\]{}]/g)) {
    if (match[0] === '[' || match[0] === '{') open.push(match.index);
    else if (match[0] === ']' || match[0] === '}') open.pop();
  }
  return open.at(-1);
}
