import {
  MAX_RESTRICTION_DEPTH,
  type PropertyRestriction,
  type Restriction,
} from '../usecase/index.js';
import { badInput } from './errors.js';

interface Token {
  readonly kind: 'WORD' | 'QUOTED' | 'SYMBOL';
  readonly text: string;
}

const ESCAPE = String.raw`\\(?:[tnr"'\\ ]|u[0-9a-fA-F]{4})`;
const TOKEN = new RegExp(
  [
    String.raw`(?<space>\s+)`,
    '(?<symbol>[()=<>])',
    String.raw`"(?<double>(?:${ESCAPE}|[^"\\])*)"`,
    String.raw`'(?<single>(?:${ESCAPE}|[^'\\])*)'`,
    String.raw`(?<word>(?:${ESCAPE}|[^\s"'=<>!()[\],|&\\\p{Cc}])+)`,
  ].join('|'),
  'uy',
);
const ESCAPED = /\\(?:u([0-9a-fA-F]{4})|(.))/gu;
const CONTROL: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r' };

/**
 * Reads a restriction in Crowd's query language: `active = true AND (name = "ann*" OR email = …)`.
 * AND binds tighter than OR, both in any case. `=` with stars: `*x*` contains, `x*` starts with,
 * otherwise exactly; stars at the ends are never part of the value, stars inside are. Blank means
 * everything.
 * @throws GatehouseError `INPUT_INVALID` where the text is no such restriction.
 */
export function readRestrictionText(text: string): Restriction {
  const reader = new Reader(tokenize(text));
  if (reader.ended) return null;
  const restriction = reader.readOr(1);
  if (!reader.ended) throw invalid('goes on where it should end');
  return restriction;
}

class Reader {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  get ended(): boolean {
    return this.at >= this.tokens.length;
  }

  readOr(depth: number): Restriction {
    return this.readChain('OR', () => this.readChain('AND', () => this.readPrimary(depth)));
  }

  private readChain(combine: 'AND' | 'OR', readPart: () => Restriction): Restriction {
    const first = readPart();
    const parts = [first];
    while (this.takeIf('WORD', combine)) parts.push(readPart());
    return parts.length === 1 ? first : { combine, parts };
  }

  private readPrimary(depth: number): Restriction {
    if (!this.takeIf('SYMBOL', '(')) return this.readComparison();
    if (depth >= MAX_RESTRICTION_DEPTH) {
      throw invalid(`nests brackets deeper than ${MAX_RESTRICTION_DEPTH}`);
    }
    const inner = this.readOr(depth + 1);
    if (!this.takeIf('SYMBOL', ')')) throw invalid('has a bracket that is not closed');
    return inner;
  }

  private readComparison(): PropertyRestriction {
    const property = this.takeValue('a property');
    if (this.takeIf('SYMBOL', '<')) {
      return { property, match: 'LESS_THAN', value: this.takeValue('a value') };
    }
    if (this.takeIf('SYMBOL', '>')) {
      return { property, match: 'GREATER_THAN', value: this.takeValue('a value') };
    }
    if (!this.takeIf('SYMBOL', '=')) throw invalid('lacks =, < or > after a property');
    const pattern = this.takeValue('a value');
    const value = withoutOuterStars(pattern);
    if (!pattern.endsWith('*')) return { property, match: 'EXACTLY_MATCHES', value };
    return { property, match: pattern.startsWith('*') ? 'CONTAINS' : 'STARTS_WITH', value };
  }

  private takeIf(kind: Token['kind'], word: string): boolean {
    const token = this.tokens[this.at];
    if (token?.kind !== kind || token.text.toUpperCase() !== word) return false;
    this.at++;
    return true;
  }

  private takeValue(what: string): string {
    const token = this.tokens[this.at++];
    if (!token || token.kind === 'SYMBOL') throw invalid(`lacks ${what}`);
    return token.text;
  }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(text)?.groups;
    if (!groups) throw invalid(`cannot be read at character ${at + 1}`);
    const { symbol, word } = groups;
    const quoted = groups.double ?? groups.single;
    if (symbol !== undefined) tokens.push({ kind: 'SYMBOL', text: symbol });
    if (word !== undefined) tokens.push({ kind: 'WORD', text: unescaped(word) });
    if (quoted !== undefined) tokens.push({ kind: 'QUOTED', text: unescaped(quoted) });
  }
  return tokens;
}

/** In one pass: a regular expression would look through a run of stars in the middle once for each. */
function withoutOuterStars(pattern: string): string {
  let from = 0;
  let to = pattern.length;
  while (from < to && pattern[from] === '*') from++;
  while (to > from && pattern[to - 1] === '*') to--;
  return pattern.slice(from, to);
}

function unescaped(text: string): string {
  return text
    .replace(ESCAPED, (_, code: string | undefined, letter: string) =>
      code === undefined
        ? (CONTROL[letter] ?? letter)
        : String.fromCharCode(Number.parseInt(code, 16)),
    )
    .toWellFormed();
}

function invalid(reason: string): Error {
  return badInput('restriction', reason);
}
