import { badInput } from './errors.js';
import { asText, type JsonObject, parseJsonObject, requireObject } from './json-value.js';
import type { RequestBody } from './request-body.js';
import { child, parseXml, type XmlElement } from './xml-element.js';

/** The fields of an entity in either format. What else it holds is passed over, as Crowd does. */
export interface Fields {
  /**
   * The text under the first of the names that is there; `null` when none is. Flags and numbers come
   * as text: clients send both.
   */
  text(...names: readonly string[]): string | null;
  /** The entity under a name; `null` when there is none. */
  inner(name: string): Fields | null;
  /** The entities in a list. In XML each of them is an element of that name. */
  list(name: string, element: string): readonly Fields[];
  /** The texts in a list. */
  texts(name: string, element: string): readonly string[];
}

/**
 * Reads an entity whose name is that of the XML root; JSON has no name.
 * @throws GatehouseError `INPUT_INVALID`.
 */
export function readEntity({ format, text }: RequestBody, name: string): Fields {
  if (format === 'JSON') return new JsonFields(parseJsonObject(text));
  const root = parseXml(text);
  if (root.name !== name) throw badInput('body', `must be <${name}>`);
  return new XmlFields(root);
}

/** Reads what has a list at its top, which in XML is the root itself. @throws as `readEntity`. */
export function readListEntity({ format, text }: RequestBody, name: string): Fields {
  if (format === 'JSON') return new JsonFields(parseJsonObject(text));
  const root = parseXml(text);
  if (root.name !== name) throw badInput('body', `must be <${name}>`);
  return new XmlFields({ name: '', attributes: {}, children: [root], text: '' });
}

class XmlFields implements Fields {
  private readonly element: XmlElement;

  constructor(element: XmlElement) {
    this.element = element;
  }

  text(...names: readonly string[]): string | null {
    for (const name of names) {
      const text = this.element.attributes[name] ?? child(this.element, name)?.text;
      if (text !== undefined) return text;
    }
    return null;
  }

  inner(name: string): Fields | null {
    const element = child(this.element, name);
    return element ? new XmlFields(element) : null;
  }

  list(name: string, element: string): readonly Fields[] {
    return this.elements(name, element).map((each) => new XmlFields(each));
  }

  texts(name: string, element: string): readonly string[] {
    return this.elements(name, element).map(({ text }) => text);
  }

  private elements(name: string, element: string): readonly XmlElement[] {
    const list = child(this.element, name)?.children ?? [];
    return list.filter((each) => each.name === element);
  }
}

class JsonFields implements Fields {
  private readonly object: JsonObject;

  constructor(object: JsonObject) {
    this.object = object;
  }

  text(...names: readonly string[]): string | null {
    for (const name of names) {
      const text = asText(this.object[name]);
      if (text !== null) return text;
    }
    return null;
  }

  inner(name: string): Fields | null {
    const value = this.object[name] ?? null;
    return value === null ? null : new JsonFields(requireObject(value, name));
  }

  list(name: string, element: string): readonly Fields[] {
    return this.items(name, element).map((each) => new JsonFields(requireObject(each, element)));
  }

  texts(name: string, element: string): readonly string[] {
    return this.items(name, element).map((each) => {
      const text = asText(each);
      if (text === null) throw badInput(element, 'must be text');
      return text;
    });
  }

  /**
   * Under the name of the list, or under that of its elements, as documents of Crowd have it; within
   * an entity the list is wrapped once more, beside its link.
   */
  private items(name: string, element: string): readonly unknown[] {
    const value = this.object[name] ?? this.object[element] ?? [];
    const list = Array.isArray(value) ? value : (requireObject(value, name)[name] ?? []);
    if (!Array.isArray(list)) throw badInput(name, 'must be a list');
    return list;
  }
}
