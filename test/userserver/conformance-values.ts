import type { Bodies, Format } from '../support/conformance-format.js';

/** What the tables do not say because it is another one each time. */
const MADE_HERE: ReadonlyMap<string, RegExp> = new Map([
  ['id', /^[1-9]\d*$/],
  ['key', /^\d+:made-here:[0-9a-f-]{36}$/],
  ['newEventToken', /^\d+-[0-9a-f]{32}$/],
  ['token', /^[\w-]{43}$/],
]);

const EACH_NAME = /\$(\w+)/g;
const WHOLE_NAME = /^\$(\w+)$/;

/** A time is told in each format in its own way. */
export type Value = string | number | Date;

/** What `$name` stands for in the tables: a document, or what is held from the requests before. */
export class Values {
  private readonly documents: Readonly<Record<string, Bodies>>;
  private readonly held = new Map<string, Value>();

  constructor(documents: Readonly<Record<string, Bodies>>, held: Readonly<Record<string, Value>>) {
    this.documents = documents;
    for (const [name, value] of Object.entries(held)) this.hold(name, value);
  }

  hold(name: string, value: Value): void {
    this.held.set(name, value);
  }

  /** An address or a header. */
  text(template: string): string {
    return this.xml(template, '');
  }

  /**
   * A body with everything in its place.
   * @param answer what is compared with it: what is made here is taken from it once, and held.
   */
  body(bodies: Bodies, format: Format, answer = ''): unknown {
    return format === 'XML' ? this.xml(bodies.xml, answer) : this.json(bodies.json, answer);
  }

  private xml(template: string, answer: string): string {
    return template.replaceAll(/\n\s*/g, '').replaceAll(EACH_NAME, (whole, name: string) => {
      const document = this.documents[name];
      if (document) return this.xml(document.xml, answer);
      const value = this.valueOf(name, answer);
      return value instanceof Date ? value.toISOString() : String(value ?? whole);
    });
  }

  private json(template: unknown, answer: string): unknown {
    if (Array.isArray(template)) return template.map((each) => this.json(each, answer));
    if (typeof template === 'object' && template !== null) {
      const entries = Object.entries(template);
      return Object.fromEntries(entries.map(([key, each]) => [key, this.json(each, answer)]));
    }
    if (typeof template !== 'string') return template;
    const name = WHOLE_NAME.exec(template)?.[1];
    if (name === undefined) return this.xml(template, answer);
    const document = this.documents[name];
    if (document) return this.json(document.json, answer);
    const value = this.valueOf(name, answer);
    return value instanceof Date ? value.getTime() : (value ?? template);
  }

  private valueOf(name: string, answer: string): Value | undefined {
    const made = MADE_HERE.get(name);
    if (made && !this.held.has(name)) {
      const found = fieldIn(answer, name);
      if (found !== undefined && made.test(String(found))) this.hold(name, found);
    }
    return this.held.get(name);
  }
}

/** The first field of a name in an answer of either format. */
export function fieldIn(answer: string, name: string): string | number | undefined {
  const field = new RegExp(`(?:<${name}>|\\b${name}="|"${name}":")([^<"]+)|"${name}":(\\d+)`);
  const [, text, digits] = field.exec(answer) ?? [];
  return text ?? (digits === undefined ? undefined : Number(digits));
}
